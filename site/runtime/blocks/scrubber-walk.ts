/** The backward pass of a drawn graph as the engine tells it; see micrograd/scrubber.py. */

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
  /** The line of the program that the step is, with its numbers. */
  code: string;
  text: string;
}

/** A way through the graph that ends with wrong gradients. */
export interface WrongWay {
  name: string;
  steps: ScrubberStep[];
}

export interface ScrubberPayload {
  version: 2;
  values: { name: string; label: string; title: string; operation: string; data: number | string; steps: number[] }[];
  steps: ScrubberStep[];
  ways: WrongWay[];
}

type Gradients = Map<string, number | string>;

/** Every value's gradient after the first `count` steps of a way, the right one unless another is given. */
export function gradientsAfter({ values, steps }: Pick<ScrubberPayload, 'values' | 'steps'>, count: number): Gradients {
  const gradients: Gradients = new Map(values.map(({ name }) => [name, 0]));
  for (const { operand, after } of steps.slice(0, count)) gradients.set(operand, after);
  return gradients;
}

/** What is said of a guess which node hands on its gradient next; null where it is right. */
export function judgeNext(payload: ScrubberPayload, count: number, guess: string): string | null {
  const { values, steps } = payload;
  const next = steps[count];
  if (!next || next.node === guess) return null;
  const title = values.find(({ name }) => name === guess)?.title ?? guess;
  if (!values.find(({ name }) => name === guess)?.operation) return `${title} is a leaf: it was made of nothing, so it hands nothing on.`;
  if (!count) return 'The walk begins at the root: no other gradient is known yet.';
  if (steps.slice(0, count).some(({ node, place }) => node === guess && place >= 0)) return `${title} has handed on its gradient already.`;
  const shares = steps.filter(({ operand }) => operand === guess).length;
  const arrived = steps.slice(0, count).filter(({ operand }) => operand === guess).length;
  if (arrived < shares) return `${title} has ${arrived} of its ${shares} ${shares === 1 ? 'share' : 'shares'}: it waits until all are in.`;
  return `${title} has all its shares and could go; the engine takes the node first that was made last, ${values.find(({ name }) => name === next.node)?.title}.`;
}

/** How many steps the node whose turn it is takes from here. */
export function turnOf({ steps }: ScrubberPayload, count: number): number {
  let end = count;
  while (steps[end] && steps[end]!.node === steps[count]!.node && steps[end]!.place >= 0 === steps[count]!.place >= 0) end += 1;
  return end - count;
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
