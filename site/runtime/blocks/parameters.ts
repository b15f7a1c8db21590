/** `# @param` comments: which numbers, choices and switches of a cell have a control, and where they stand. */

import type { Replacement } from '../cell/patch';

export type Parameter = { name: string; line: number } & (
  | { kind: 'slider'; value: number; min: number; max: number; step: number }
  | { kind: 'choice'; value: string; choices: string[] }
  | { kind: 'boolean'; value: boolean }
  /** Without a control; `words` say why. */
  | { kind: 'refused'; words: string }
);

const LINE = /^(\s*([A-Za-z_]\w*)\s*=\s*)([^#]*?)(\s*#\s*@param\s*(.*))$/;

const EXPECTED = 'Write {type: "slider", min: 0, max: 1, step: 0.1}, {type: "boolean"} or a list of choices such as ["a", "b"].';

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** The options' JSON, whose keys may go without quotes. */
function options(text: string): Record<string, unknown> | unknown[] | null {
  try {
    return JSON.parse(
      text
        .trim()
        .replace(/([{,]\s*)([A-Za-z_]\w*)\s*:/g, '$1"$2":')
        .replaceAll("'", '"'),
    ) as Record<string, unknown> | unknown[];
  } catch {
    return null;
  }
}

function unquoted(literal: string): string {
  return literal.replace(/^(['"])(.*)\1$/, '$2');
}

export function parseParameters(code: string): Parameter[] {
  return code.split('\n').flatMap((text, line): Parameter[] => {
    const match = LINE.exec(text);
    const given = match && options(match[5]!);
    if (!match) return [];
    const name = match[2]!;
    const literal = match[3]!;
    const refused = (words: string): Parameter[] => [{ name, line, kind: 'refused', words: `${name} has no control: ${words}` }];
    if (!given) return refused(`“${match[5]!.trim()}” after # @param cannot be read. ${EXPECTED}`);
    if (Array.isArray(given) && !given.length) return refused('the list after # @param is empty. Give at least one choice.');
    if (Array.isArray(given)) return [{ name, line, kind: 'choice', value: unquoted(literal), choices: given.map(String) }];
    if (given.type === 'boolean') return [{ name, line, kind: 'boolean', value: literal === 'True' }];
    if (given.type !== undefined && given.type !== 'slider')
      return refused(`the type ${JSON.stringify(given.type)} after # @param is not known. ${EXPECTED}`);
    const { min = 0, max = 1, step = 0.01 } = given as Record<string, unknown>;
    if (!isNumber(min) || !isNumber(max) || !isNumber(step)) return refused('min, max and step after # @param have to be numbers.');
    if (min >= max) return refused(`min is ${min} and max is ${max} after # @param. Let min be less than max.`);
    if (step <= 0) return refused(`step is ${step} after # @param. Let it be greater than 0.`);
    const value = Number(literal.trim().replaceAll('_', '') || NaN);
    if (Number.isNaN(value)) return refused(`its value ${literal.trim() || 'is missing'} is no number, which a slider needs.`);
    return [{ name, line, kind: 'slider', value, min, max, step }];
  });
}

/** The replacement in `code` that gives the parameter on `line` another literal; null where there is none. */
export function rewrite(code: string, line: number, value: number | string | boolean): Replacement | null {
  const lines = code.split('\n');
  const match = LINE.exec(lines[line] ?? '');
  if (!match) return null;
  const start = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0) + match[1]!.length;
  const old = match[3]!;
  const numeric = old !== '' && !Number.isNaN(Number(old.replaceAll('_', '')));
  let literal = String(value);
  if (typeof value === 'boolean') literal = value ? 'True' : 'False';
  else if (typeof value === 'string' && !numeric) literal = JSON.stringify(value);
  return { from: start, to: start + old.length, insert: literal };
}
