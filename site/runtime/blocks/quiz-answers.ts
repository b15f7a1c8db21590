/** What a quiz about a graph asks and how an answer is judged; see `quiz` in micrograd/quiz.py. */

export interface QuizBox {
  name: string;
  title: string;
  grad: number | string;
  slips: { value: number; words: string }[];
  hint: string;
  proof: string;
}

export interface QuizPayload {
  version: 1;
  root: string;
  boxes: QuizBox[];
}

export interface Verdict {
  right: boolean;
  words: string;
}

/** Reads a number as readers write it: `-1.5`, `−1.5`, `1,5`, `1/2` or a product such as `-3 * 0.5`. */
export function readNumber(text: string): number | null {
  const plain = text.replaceAll('−', '-').replaceAll('·', '*').replaceAll('×', '*').replace(/\s/g, '');
  if (/^[-+]?\d+,\d+$/.test(plain)) return Number(plain.replace(',', '.'));
  const number = '[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?';
  if (!new RegExp(`^${number}(?:[*/]${number})*$`).test(plain)) return null;
  const parts = plain.split(/(?<=[\d.])([*/])/);
  let result = Number(parts[0]);
  for (let i = 1; i < parts.length; i += 2) result = parts[i] === '*' ? result * Number(parts[i + 1]) : result / Number(parts[i + 1]);
  return Number.isFinite(result) ? result : null;
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(5e-4, 0.01 * Math.abs(b));
}

/** Judges an answer; from the second wrong one on, a nudge says more. */
export function judge(box: QuizBox, text: string, wrongBefore: number): Verdict {
  const number = readNumber(text);
  if (number === null)
    return { right: false, words: `${text.trim() || 'Nothing'} is no number. Write one such as -1.5, or a product such as -3 * 0.5.` };
  if (typeof box.grad === 'number' && isClose(number, box.grad)) return { right: true, words: box.proof };
  const slip = box.slips.find(({ value }) => isClose(number, value));
  const parts = [slip?.words ?? box.hint];
  if (wrongBefore && slip) parts.push(box.hint);
  return { right: false, words: parts.join(' ') };
}
