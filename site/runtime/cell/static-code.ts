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

/** The characters of the code between two offsets. */
export function rangeAt(element: HTMLElement, from: number, to: number): Range {
  const range = document.createRange();
  range.selectNodeContents(element);
  let start = 0;
  for (const node of textNodes(element)) {
    const end = start + node.length;
    if (start <= from && from <= end) range.setStart(node, from - start);
    if (start <= to && to <= end) {
      range.setEnd(node, to - start);
      break;
    }
    start = end;
  }
  return range;
}

/** Puts text in place of what is selected in the code, and the cursor behind it. */
export function insertText(element: HTMLElement, text: string): void {
  const selection = getSelection();
  if (!selection?.rangeCount || !element.contains(selection.anchorNode)) return;
  const range = selection.getRangeAt(0);
  range.deleteContents();
  const node = document.createTextNode(text);
  range.insertNode(node);
  // A line that is begun at the end is shown only with a line end behind it, which `codeOf` leaves out.
  if (text.endsWith('\n') && !/\n$/.test(textAfter(element, node))) element.append('\n');
  selection.collapse(node, text.length);
}

function textAfter(element: HTMLElement, node: Node): string {
  const range = document.createRange();
  range.selectNodeContents(element);
  range.setStartAfter(node);
  return range.toString();
}
