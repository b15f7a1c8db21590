/** `# @param` comments: which numbers, choices and switches of a cell have a control, and where they stand. */

import type { Replacement } from '../cell/patch';

export type Parameter = { name: string; line: number } & (
  | { kind: 'slider'; value: number; min: number; max: number; step: number }
  | { kind: 'choice'; value: string; choices: string[] }
  | { kind: 'boolean'; value: boolean }
);

const LINE = /^(\s*([A-Za-z_]\w*)\s*=\s*)([^#]*?)(\s*#\s*@param\s*(.*))$/;

/** The options' JSON, whose keys may go without quotes. */
function options(text: string): Record<string, unknown> | unknown[] | null {
  try {
    return JSON.parse(text.trim().replace(/([{,]\s*)([A-Za-z_]\w*)\s*:/g, '$1"$2":').replaceAll("'", '"')) as Record<string, unknown> | unknown[];
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
    if (!given) return [];
    const name = match[2]!;
    const literal = match[3]!;
    if (Array.isArray(given)) return [{ name, line, kind: 'choice', value: unquoted(literal), choices: given.map(String) }];
    if (given.type === 'boolean') return [{ name, line, kind: 'boolean', value: literal === 'True' }];
    if (given.type !== 'slider') return [];
    const { min = 0, max = 1, step = 0.01 } = given as Record<string, number>;
    return [{ name, line, kind: 'slider', value: Number(literal.replaceAll('_', '')), min, max, step }];
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
