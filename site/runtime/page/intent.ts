/**
 * The first sign that a reader may run something: Python then starts while the reader goes on reading.
 *
 * A page that has only arrived is no sign, wherever the browser scrolled it to and whatever came to
 * lie under a resting pointer.
 */

import { savesData } from '../dom/saves-data';

/** How near the window, in windows, a cell has to be scrolled. */
const SCROLL_MARGIN = '50%';
const GESTURES = ['pointermove', 'pointerdown', 'wheel', 'touchmove', 'keydown'];

/**
 * Call `act` once, when the reader points at, touches or focuses one of the cells or scrolls one near; not
 * where the reader saves data.
 */
export function onIntent(cells: readonly Element[], act: () => void, leaving: AbortSignal): void {
  if (savesData()) return;
  const found = new AbortController();
  const signal = AbortSignal.any([leaving, found.signal]);
  const intend = () => {
    if (signal.aborted) return;
    found.abort();
    act();
  };
  for (const cell of cells) {
    // Not `pointerenter`, which also tells of a cell that came to the pointer.
    for (const touch of ['pointermove', 'pointerdown', 'focusin']) cell.addEventListener(touch, intend, { signal, passive: true });
  }
  whenScrolledByHand(() => whenNear(cells, intend, signal), signal);
}

/** A scroll before the first gesture is the browser's, to where the reader was or to an anchor. */
function whenScrolledByHand(act: () => void, signal: AbortSignal): void {
  let byHand = false;
  const note = () => (byHand = true);
  for (const gesture of GESTURES) document.addEventListener(gesture, note, { signal, once: true, passive: true });
  const look = () => {
    if (!byHand) return;
    document.removeEventListener('scroll', look);
    act();
  };
  document.addEventListener('scroll', look, { signal, passive: true });
}

function whenNear(cells: readonly Element[], act: () => void, signal: AbortSignal): void {
  const look = (entries: IntersectionObserverEntry[]) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) act();
  };
  const observer = new IntersectionObserver(look, { rootMargin: `${SCROLL_MARGIN} 0px` });
  signal.addEventListener('abort', () => observer.disconnect());
  for (const cell of cells) observer.observe(cell);
}
