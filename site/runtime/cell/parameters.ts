/** `# @param` comments: which numbers, choices and switches of a cell have a control, and where they stand. */

import type { Replacement } from './patch';

export type Parameter = { name: string; line: number } & (
  | { kind: 'slider'; value: number; min: number; max: number; step: number }
  | { kind: 'choice'; value: string; choices: string[] }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'text'; value: string; max: number }
  | { kind: 'point'; value: [number, number]; x: [number, number]; y: [number, number]; step: number }
  /** Its list is read by the pad, which is loaded where there is one. */
  | { kind: 'drawing'; width: number; height: number }
  /** Without a control; `words` say why. */
  | { kind: 'refused'; words: string }
);

const LINE = /^(\s*([A-Za-z_]\w*)\s*=\s*)((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^#"'])*?)(\s*#\s*@param\b\s*(.*))$/;
const COMMENT = /#\s*@param\b/;
const NUMBER = /^[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?$/;

const KEYS = ['type', 'min', 'max', 'step'];
const DRAWING_KEYS = ['type', 'width', 'height'];
const TEXT_KEYS = ['type', 'max'];
const POINT_KEYS = ['type', 'x', 'y', 'step'];
const KEYS_OF: Record<string, string[]> = { drawing: DRAWING_KEYS, string: TEXT_KEYS, point: POINT_KEYS };
/** The most rows and columns of a drawing. */
const LARGEST = 28;
/** The most characters of a text. */
const LONGEST = 200;
const EXPECTED =
  'Write {type: "slider", min: 0, max: 1, step: 0.1}, {type: "boolean"}, {type: "string", max: 20}, {type: "drawing", width: 8, height: 8}, {type: "point", x: [-1, 1], y: [-1, 1]} or a list of choices such as ["a", "b"].';

type Control = { [Kind in Parameter['kind']]: Omit<Extract<Parameter, { kind: Kind }>, 'name' | 'line'> }[Parameter['kind']];

function refused(words: string): Control {
  return { kind: 'refused', words };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** The options' JSON, whose keys may go without quotes; undefined where it is none. */
function options(text: string): unknown {
  try {
    return JSON.parse(text.replace(/([{,]\s*)([A-Za-z_]\w*)\s*:/g, '$1"$2":').replaceAll("'", '"'));
  } catch {
    return undefined;
  }
}

/**
 * The controls of code that a reader has changed; those of the chapter's own come with the page.
 * The build's reader of the same comments is site/book/parameters.py; both read the cases of tests/parameters.json alike.
 */
export function parseParameters(code: string): Parameter[] {
  return code.split('\n').flatMap((text, line): Parameter[] => {
    const match = LINE.exec(text);
    if (!match && !COMMENT.test(text)) return [];
    const name = match ? match[2]! : 'This line';
    const made = match
      ? control(match[3]!.trim(), match[5]!.trim())
      : refused('# @param stands behind a name and its value, as lr = 0.1  # @param …');
    return [made.kind === 'refused' ? { name, line, ...made, words: `${name} has no control: ${made.words}` } : { name, line, ...made }];
  });
}

function control(literal: string, after: string): Control {
  const given = options(after);
  if (typeof given !== 'object' || given === null) return refused(`“${after}” after # @param cannot be read. ${EXPECTED}`);
  if (Array.isArray(given)) return choice(literal, given);
  const { type = 'slider' } = given as Record<string, unknown>;
  const keys = KEYS_OF[String(type)] ?? KEYS;
  const wrong = Object.keys(given).find((key) => !keys.includes(key));
  if (wrong !== undefined) return refused(`the key ${wrong} after # @param is not known. ${EXPECTED}`);
  if (type === 'boolean') return boolean(literal, given);
  if (type === 'drawing') return drawing(literal, given);
  if (type === 'string') return text(literal, given);
  if (type === 'point') return point(literal, given);
  if (type !== 'slider') return refused(`the type ${JSON.stringify(type)} after # @param is not known. ${EXPECTED}`);
  return slider(literal, given);
}

function choice(literal: string, given: unknown[]): Control {
  if (!given.length) return refused('the list after # @param is empty. Give at least one choice.');
  if (!given.every((one) => typeof one === 'string' || isNumber(one)))
    return refused('each choice after # @param has to be a text in quotes or a number.');
  const value = quoted(literal);
  if (value === null && /^['"]/.test(literal)) return refused(`its value is ${literal}, expected a text in quotes.`);
  return { kind: 'choice', value: value ?? literal, choices: given.map(String) };
}

function boolean(literal: string, given: object): Control {
  if (Object.keys(given).length > 1) return refused('a boolean has no min, max or step after # @param.');
  if (literal !== 'True' && literal !== 'False') return refused(`its value is ${literal || 'nothing'}, expected True or False.`);
  return { kind: 'boolean', value: literal === 'True' };
}

function drawing(literal: string, given: object): Control {
  const { width, height } = given as Record<string, unknown>;
  const fits = (size: unknown): size is number => Number.isInteger(size) && (size as number) >= 1 && (size as number) <= LARGEST;
  if (!fits(width) || !fits(height)) return refused(`width and height after # @param have to be whole numbers from 1 to ${LARGEST}.`);
  if (!literal.startsWith('[')) return refused(`its value is ${literal || 'nothing'}, expected a list of numbers for a drawing.`);
  return { kind: 'drawing', width, height };
}

function text(literal: string, given: object): Control {
  const { max = LONGEST } = given as Record<string, unknown>;
  if (!Number.isInteger(max) || (max as number) < 1 || (max as number) > LONGEST)
    return refused(`max after # @param has to be a whole number from 1 to ${LONGEST}.`);
  const value = quoted(literal);
  if (value === null) return refused(`its value is ${literal || 'nothing'}, expected a text in quotes.`);
  return { kind: 'text', value, max: max as number };
}

function isRange(range: unknown): range is [number, number] {
  return Array.isArray(range) && range.length === 2 && range.every(isNumber) && range[0]! < range[1]!;
}

function point(literal: string, given: object): Control {
  const { x, y, step = 0.1 } = given as Record<string, unknown>;
  const words = (key: string) => `${key} after # @param has to be a range, as [-1, 1]: two numbers, the less first.`;
  if (!isRange(x)) return refused(words('x'));
  if (!isRange(y)) return refused(words('y'));
  if (!isNumber(step) || step <= 0) return refused('step after # @param has to be a number greater than 0.');
  const numbers = /^\[([^,]*),([^,]*)\]$/
    .exec(literal)
    ?.slice(1)
    .map((number) => number.trim());
  if (!numbers?.every((number) => NUMBER.test(number)))
    return refused(`its value is ${literal || 'nothing'}, expected two numbers as [0.5, 1].`);
  const [across, up] = numbers.map((number) => Number(number.replaceAll('_', '')));
  return { kind: 'point', value: [across!, up!], x, y, step };
}

/** The text of a literal; null where it is none that a control can write, as JSON. */
function quoted(literal: string): string | null {
  if (/^'[^'\\]*'$/.test(literal)) return literal.slice(1, -1);
  if (!literal.startsWith('"')) return null;
  try {
    return JSON.parse(literal) as string;
  } catch {
    return null;
  }
}

function slider(literal: string, given: object): Control {
  const { min = 0, max = 1, step = 0.01 } = given as Record<string, unknown>;
  if (!isNumber(min) || !isNumber(max) || !isNumber(step)) return refused('min, max and step after # @param have to be numbers.');
  if (min >= max) return refused(`min is ${min} and max is ${max} after # @param. Let min be less than max.`);
  if (step <= 0) return refused(`step is ${step} after # @param. Let it be greater than 0.`);
  if (!NUMBER.test(literal)) return refused(`its value is ${literal || 'nothing'}, expected a number for a slider.`);
  return { kind: 'slider', value: Number(literal.replaceAll('_', '')), min, max, step };
}

/** The replacement in `code` that gives the parameter on `line` another literal; null where there is none. */
export function rewrite(code: string, line: number, value: number | string | boolean | readonly [number, number]): Replacement | null {
  const lines = code.split('\n');
  const match = LINE.exec(lines[line] ?? '');
  if (!match) return null;
  const start = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0) + match[1]!.length;
  const old = match[3]!;
  const numeric = old !== '' && !Number.isNaN(Number(old.replaceAll('_', '')));
  let literal = String(value);
  if (typeof value === 'boolean') literal = value ? 'True' : 'False';
  else if (typeof value === 'object') literal = `[${value.join(', ')}]`;
  else if (typeof value === 'string' && !numeric) literal = JSON.stringify(value);
  return { from: start, to: start + old.length, insert: literal };
}
