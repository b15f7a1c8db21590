/** The backward pass of a drawn graph as the engine tells it; see `scrub` in micrograd/draw.py. */

export interface ScrubberStep {
  node: string;
  operand: string;
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

export function fourDecimals(value: number | string): string {
  return typeof value === 'number' ? value.toFixed(4) : value;
}
