/** What code shows as HTML or SVG, without anything that could run. */

import createPurifier from 'dompurify';

const ALLOWED = {
  USE_PROFILES: { html: true, svg: true, svgFilters: true, mathMl: true },
  // A form could only ask the reader for something that the page did not ask.
  // A dialog lies above the page, as a popover does.
  FORBID_TAGS: ['form', 'link', 'meta', 'base', 'dialog'],
  FORBID_ATTR: ['popover', 'popovertarget', 'popovertargetaction', 'command', 'commandfor'],
  ADD_ATTR: ['target'],
  // The prefix would break `url(#clip)` and `href="#mark"` inside a drawing.
  SANITIZE_NAMED_PROPS: false,
  RETURN_DOM_FRAGMENT: true as const,
};

const purifier = createPurifier(window);
purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName === 'A' && node.hasAttribute('target')) node.setAttribute('rel', 'noopener noreferrer');
});

const REFERENCE = /url\((["']?)#([^"')]+)\1\)/g;
let fragments = 0;

/** Drawings name their gradients and clips by ids; two drawings of a page may use the same. */
function giveOwnIds(content: DocumentFragment): void {
  const named = new Map([...content.querySelectorAll('svg [id]')].map((element) => [element.id, element]));
  if (!named.size) return;
  const own = (id: string): string => `${id}-${fragments}`;
  let referred = false;
  for (const element of content.querySelectorAll('svg, svg *')) {
    for (const attribute of element.attributes) {
      const isLink = attribute.localName === 'href' && named.has(attribute.value.slice(1)) && attribute.value.startsWith('#');
      const text = isLink
        ? `#${own(attribute.value.slice(1))}`
        : attribute.value.replace(REFERENCE, (whole, quote: string, id: string) =>
            named.has(id) ? `url(${quote}#${own(id)}${quote})` : whole,
          );
      if (text === attribute.value) continue;
      attribute.value = text;
      referred = true;
    }
  }
  if (!referred) return;
  for (const [id, element] of named) element.id = own(id);
  fragments += 1;
}

/** An element with the sanitised markup; markup with its own style sheet gets a shadow root to style. */
export function sanitized(markup: string, className: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  const content = purifier.sanitize(markup, ALLOWED);
  giveOwnIds(content);
  const target = content.querySelector('style') ? element.attachShadow({ mode: 'open' }) : element;
  target.append(content);
  return element;
}
