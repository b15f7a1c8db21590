/** What scrolls must be reachable by keyboard; what does not is no stop on the reader's way. */

const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) makeReachable(target as HTMLElement);
});

/** Makes an element that scrolls a stop for the keyboard, now. */
export function makeReachable(element: HTMLElement): void {
  const scrolls = element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1;
  if (scrolls) element.tabIndex = 0;
  else element.removeAttribute('tabindex');
}

/** Keeps looking whether an element scrolls, as its size changes. */
export function keepReachable(element: HTMLElement): void {
  observer.observe(element);
}
