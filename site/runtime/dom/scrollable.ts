/** What scrolls must be reachable by keyboard; what does not is no stop on the reader's way. */

const observer = new ResizeObserver((entries) => {
  const found = entries.map(({ target }) => ({ target: target as HTMLElement, scrolling: scrolls(target) }));
  // After all have been looked at, or the page is laid out anew for each.
  for (const { target, scrolling } of found) setReachable(target, scrolling);
});

/** Makes an element that scrolls a stop for the keyboard, now. */
export function makeReachable(element: HTMLElement): void {
  setReachable(element, scrolls(element));
}

function scrolls(element: Element): boolean {
  return element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1;
}

function setReachable(element: HTMLElement, scrolling: boolean): void {
  if (scrolling) element.tabIndex = 0;
  else element.removeAttribute('tabindex');
}

/** Keeps looking whether an element scrolls, as its size changes. */
export function keepReachable(element: HTMLElement): void {
  observer.observe(element);
}
