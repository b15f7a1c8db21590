/** A list of pixels where it stands in a cell's code: on one line, or a row of the picture on each line. */

import type { Replacement } from '../cell/patch';

interface Literal {
  from: number;
  to: number;
  text: string;
}

/** The list that begins on a line, counted from 0; null where there is none. */
function literalOn(code: string, line: number): Literal | null {
  const before = code
    .split('\n')
    .slice(0, line)
    .reduce((sum, text) => sum + text.length + 1, 0);
  const start = code.indexOf('[', before);
  const end = code.indexOf(
    ']',
    code
      .slice(start)
      .replace(/#.*/g, (comment) => ' '.repeat(comment.length))
      .indexOf(']') + start,
  );
  const firstEnd = code.indexOf('\n', before);
  if (start < 0 || end < start || (firstEnd >= 0 && start > firstEnd)) return null;
  return { from: start, to: end + 1, text: code.slice(start, end + 1) };
}

/** The numbers of the list that begins on a line; words that say why there are none to be had. */
export function readPixels(code: string, line: number, count: number, full: number): number[] | string {
  const literal = literalOn(code, line);
  if (!literal) return `there is no list of numbers. Write ${count} of them in square brackets.`;
  const written = literal.text.slice(1, -1).replace(/#.*/g, '').trim().replace(/,$/, '');
  const numbers = written === '' ? [] : written.split(',').map((text) => Number(text.trim() || NaN));
  if (numbers.some((number) => !(number >= 0 && number <= full))) return `its list has something else than numbers from 0 to ${full}.`;
  if (numbers.length !== count) return `its list has ${numbers.length} numbers, and the drawing ${count}.`;
  return numbers;
}

/** The replacement that puts pixels into the list; the list keeps its form. */
export function writePixels(code: string, line: number, pixels: readonly number[], width: number): Replacement | null {
  const literal = literalOn(code, line);
  if (!literal) return null;
  if (!literal.text.includes('\n')) return { from: literal.from, to: literal.to, insert: `[${pixels.join(', ')}]` };
  const rows = Array.from({ length: pixels.length / width }, (_, row) =>
    pixels
      .slice(row * width, (row + 1) * width)
      .map((pixel) => `${String(pixel).padStart(2)},`)
      .join(' '),
  );
  const head = literal.text.slice(0, literal.text.indexOf('\n'));
  return { from: literal.from, to: literal.to, insert: `${head}\n${rows.map((row) => `    ${row}`).join('\n')}\n]` };
}
