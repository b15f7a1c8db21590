/** The backward pass of a drawn graph as the engine tells it; see `scrub` in micrograd/draw.py. */

export interface ScrubberStep {
  node: string;
  operand: string;
  /** Which of the node's operands it is; -1 for the root's own gradient. */
  place: number;
  slope: number | string;
  upstream: number | string;
  product: number | string;
  before: number | string;
  after: number | string;
  text: string;
}

export interface ScrubberPayload {
  version: 1;
  values: { name: string; label: string; operation: string; data: number | string; steps: number[] }[];
  steps: ScrubberStep[];
}

/** Every value's gradient after the first `count` steps. */
export function gradientsAfter({ values, steps }: ScrubberPayload, count: number): Map<string, number | string> {
  const gradients = new Map<string, number | string>(values.map(({ name }) => [name, 0]));
  for (const { operand, after } of steps.slice(0, count)) gradients.set(operand, after);
  return gradients;
}

/** A number in at most four digits, as `short` in micrograd/draw.py writes it. */
export function short(value: number | string): string {
  if (typeof value === 'string') return value;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e5) return value.toExponential(2).replace('.00e', 'e').replace('e+', 'e');
  const text = value.toFixed(Math.max(0, 3 - Math.floor(Math.log10(size))));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
