/** A page inside a page of another origin, which could have its reader press Run without knowing. */

import { element } from '../dom/elements';

export function isEmbeddedElsewhere(): boolean {
  if (window.top === window) return false;
  try {
    return window.top!.location.origin !== location.origin;
  } catch {
    return true; // a browser lets no page read another origin's address
  }
}

/** In place of the controls, a link to the page by itself. */
export function offerPageItself(root: Document): void {
  const place = root.querySelector('#live-controls');
  const link = element('a', { href: location.href, target: '_blank', rel: 'noopener' }, 'Open this page by itself to run its code');
  place?.replaceChildren(element('p', { class: 'live-status' }, link));
}
