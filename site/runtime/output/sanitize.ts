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

/** An element with the sanitised markup; markup with its own style sheet gets a shadow root to style. */
export function sanitized(markup: string, className: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  const content = purifier.sanitize(markup, ALLOWED);
  const target = content.querySelector('style') ? element.attachShadow({ mode: 'open' }) : element;
  target.append(content);
  return element;
}
