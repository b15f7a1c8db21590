/** Highlighted code in the page as the build wrote it: read, patched and measured without an editor. */

import { replacement } from './patch';

export function codeOf(element: HTMLElement): string {
  return (element.textContent ?? '').replace(/\n$/, '');
}

function* textNodes(element: HTMLElement): Generator<Text> {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) yield walker.currentNode as Text;
}

/** Changes the code in place, so that what did not change keeps its colours. */
export function setCode(element: HTMLElement, code: string): void {
  const change = replacement(codeOf(element), code);
  if (!change) return;
  let start = 0;
  let insert = change.insert;
  for (const node of [...textNodes(element)]) {
    const { length } = node.data;
    const from = Math.max(change.from - start, 0);
    const to = Math.min(change.to - start, length);
    if (from <= length && to >= from && (to > from || insert)) {
      node.data = node.data.slice(0, from) + insert + node.data.slice(to);
      insert = '';
    }
    start += length;
    if (start > change.to) break;
  }
  if (insert) element.append(insert);
}

/** Where in the code a point of the screen is, or null outside it. */
export function offsetAt(element: HTMLElement, x: number, y: number): number | null {
  let container: Node | null = null;
  let inside = 0;
  if (document.caretPositionFromPoint) {
    const position = document.caretPositionFromPoint(x, y);
    container = position?.offsetNode ?? null;
    inside = position?.offset ?? 0;
  } else {
    const range = document.caretRangeFromPoint(x, y);
    container = range?.startContainer ?? null;
    inside = range?.startOffset ?? 0;
  }
  if (!container || !element.contains(container)) return null;
  const before = document.createRange();
  before.setStart(element, 0);
  before.setEnd(container, inside);
  return before.toString().length;
}
