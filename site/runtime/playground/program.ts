/** Which numbers, names and lists of the playground's program have a control, and where they stand in the code. */

export const DATA_SETS = {
  circles: 'Circles',
  xor: 'Xor',
  gauss: 'Gauss',
  spiral: 'Spiral',
  moons: 'Moons',
  plane: 'Plane (regression)',
  hills: 'Hills (regression)',
  painted: 'Painted by hand',
} as const;

const REGRESSION = ['plane', 'hills'];

export const FEATURES = ['x1', 'x2', 'x1 * x1', 'x2 * x2', 'x1 * x2', 'math.sin(4 * x1)', 'math.sin(4 * x2)'] as const;

export const ACTIVATIONS = ['tanh', 'relu', 'sigmoid', 'linear'] as const;

export const LIMITS = { layers: 6, neurons: 8 } as const;

/** What the code says; null where it goes its own way. */
export interface Settings {
  data: string | null;
  count: number | null;
  noise: number | null;
  dataSeed: number | null;
  share: number | null;
  batch: number | null;
  features: string[] | null;
  seed: number | null;
  /** What the first weights are multiplied with. */
  start: string | null;
  /** The sizes of the hidden layers. */
  hidden: number[] | null;
  activation: string | null;
  output: string | null;
  optimizer: 'SGD' | 'momentum' | 'Adam' | null;
  rate: number | null;
  penalty: 'none' | 'L1' | 'L2' | null;
  penaltyRate: number | null;
}

type Key = keyof Settings;

const NUMBER = String.raw`\d+(?:\.\d*)?(?:e-?\d+)?`;

const DATA = new RegExp(String.raw`^xs, ys = datasets\.(\w+)\((\d+), noise=(${NUMBER}), seed=(\d+)\)`, 'md');
const PAINTED = /^xs, ys = (\[\[[^\n]*\]\]), (\[[^\n]*\])$/dm;
const LINE = /^xs, ys = [^\n]*$/dm;
const START = /^weights = model\.parameters\(\)\n(?:for weight in weights:\n {4}weight\.data \*= ([\d.]+)\n)?/dm;
const SHARE = /^training = (\d+) \* len\(xs\) \/\/ 100/dm;
const BATCH = /^batch_size = (\d+)/dm;
const RETURNED = /^def features\(x1, x2\):\n +return \[([^\n]*)\]/dm;
const SEED = /^random\.seed\((\d+)\)/dm;
const MODEL = /^model = MLP\((\d+), \[([\d, ]+)\], activation="(\w+)", output="(\w+)"\)/dm;
const OPTIMIZER = new RegExp(String.raw`^optimizer = (optim\.(SGD|Adam)\(weights, lr=(${NUMBER})(, momentum=0\.9)?\))`, 'md');
const STEP = new RegExp(
  String.raw`^step = compile\((loss|lambda examples: loss\(examples\) \+ (${NUMBER}) \* sum\((w \* w|abs\(w\)) for w in weights\)), weights\)`,
  'md',
);

/** The parts between commas that stand in no brackets. */
export function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if ('([{'.includes(text[i]!)) depth += 1;
    else if (')]}'.includes(text[i]!)) depth -= 1;
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  const last = text.slice(from).trim();
  return last ? [...parts, last] : parts;
}

function group(code: string, pattern: RegExp, index: number): string | null {
  return pattern.exec(code)?.[index] ?? null;
}

function number(text: string | null): number | null {
  return text === null ? null : Number(text);
}

function replaceGroup(code: string, pattern: RegExp, index: number, text: string): string {
  const place = (pattern.exec(code) as (RegExpExecArray & { indices?: [number, number][] }) | null)?.indices?.[index];
  return place ? code.slice(0, place[0]) + text + code.slice(place[1]) : code;
}

/** The points that stand in the code themselves, `[x1, x2, target]`; null where they are made. */
export function paintedPoints(code: string): [number, number, number][] | null {
  const match = PAINTED.exec(code);
  if (!match) return null;
  try {
    const xs = JSON.parse(match[1]!) as [number, number][];
    const ys = JSON.parse(match[2]!) as number[];
    return xs.length === ys.length ? xs.map(([x1, x2], i) => [x1, x2, ys[i]!]) : null;
  } catch {
    return null;
  }
}

/** The code with other points in it. */
export function writePoints(code: string, points: readonly (readonly [number, number, number])[]): string {
  const xs = points.map(([x1, x2]) => `[${x1}, ${x2}]`).join(', ');
  return replaceGroup(code, LINE, 0, `xs, ys = [${xs}], [${points.map(([, , target]) => target).join(', ')}]`);
}

const FIRST_POINTS = [
  [-0.5, -0.5, -1],
  [0.5, 0.5, 1],
  [-0.5, 0.5, 1],
  [0.5, -0.5, -1],
] as const;

export function readSettings(code: string): Settings {
  const returned = group(code, RETURNED, 1);
  const sizes =
    group(code, MODEL, 2)
      ?.split(',')
      .map((size) => size.trim())
      .filter(Boolean)
      .map(Number) ?? null;
  const data = group(code, DATA, 1);
  const step = STEP.exec(code);
  const optimizer = OPTIMIZER.exec(code);
  const momentum = optimizer?.[4] !== undefined;
  // Adam takes no momentum: the program will say so.
  const known = optimizer !== null && !(optimizer[2] === 'Adam' && momentum);
  return {
    data: data !== null && data in DATA_SETS ? data : paintedPoints(code) && 'painted',
    count: number(group(code, DATA, 2)),
    noise: number(group(code, DATA, 3)),
    dataSeed: number(group(code, DATA, 4)),
    share: number(group(code, SHARE, 1)),
    batch: number(group(code, BATCH, 1)),
    features: returned === null ? null : splitList(returned),
    seed: number(group(code, SEED, 1)),
    start: START.test(code) ? (group(code, START, 1) ?? '1') : null,
    // With several outputs it is no network of ours.
    hidden: sizes?.at(-1) === 1 ? sizes.slice(0, -1) : null,
    activation: group(code, MODEL, 3),
    output: group(code, MODEL, 4),
    optimizer: known ? (momentum ? 'momentum' : (optimizer[2] as 'SGD' | 'Adam')) : null,
    rate: number(optimizer?.[3] ?? null),
    penalty: step === null ? null : step[3] === undefined ? 'none' : step[3] === 'w * w' ? 'L2' : 'L1',
    penaltyRate: number(step?.[2] ?? null),
  };
}

const INPUTS = (code: string, count: number): string => replaceGroup(code, MODEL, 1, String(count));

/** The code with one setting changed; unchanged where the code goes its own way. */
export function writeSetting<Name extends Key>(code: string, name: Name, value: NonNullable<Settings[Name]>): string {
  const now = readSettings(code);
  if (now[name] === null && name !== 'penaltyRate') return code;
  const text = String(value);
  switch (name as Key) {
    case 'data': {
      const regression = REGRESSION.includes(text);
      // A score of a class is squeezed between -1 and 1; a number to be predicted is not.
      const output = regression === REGRESSION.includes(now.data!) ? now.output : regression ? 'linear' : 'tanh';
      const shaped = output === null ? code : replaceGroup(code, MODEL, 4, output);
      if (text === 'painted') return writePoints(shaped, FIRST_POINTS);
      if (now.data === 'painted') return replaceGroup(shaped, LINE, 0, `xs, ys = datasets.${text}(200, noise=0.1, seed=0)`);
      return replaceGroup(shaped, DATA, 1, text);
    }
    case 'count':
      return replaceGroup(code, DATA, 2, text);
    case 'noise':
      return replaceGroup(code, DATA, 3, text);
    case 'dataSeed':
      return replaceGroup(code, DATA, 4, text);
    case 'share':
      return replaceGroup(code, SHARE, 1, text);
    case 'batch':
      return replaceGroup(code, BATCH, 1, text);
    case 'features': {
      const features = value as string[];
      return INPUTS(replaceGroup(code, RETURNED, 1, features.join(', ')), features.length);
    }
    case 'seed':
      return replaceGroup(code, SEED, 1, text);
    case 'start': {
      const scaled = text === '1' ? '' : `for weight in weights:\n    weight.data *= ${text}\n`;
      return replaceGroup(code, START, 0, `weights = model.parameters()\n${scaled}`);
    }
    case 'hidden':
      return replaceGroup(code, MODEL, 2, [...(value as number[]), 1].join(', '));
    case 'activation':
      return replaceGroup(code, MODEL, 3, text);
    case 'output':
      return replaceGroup(code, MODEL, 4, text);
    case 'optimizer': {
      const made = text === 'momentum' ? `optim.SGD(weights, lr=${now.rate}, momentum=0.9)` : `optim.${text}(weights, lr=${now.rate})`;
      return replaceGroup(code, OPTIMIZER, 1, made);
    }
    case 'rate':
      return replaceGroup(code, OPTIMIZER, 3, text);
    case 'penalty': {
      const term = text === 'L1' ? 'abs(w)' : 'w * w';
      const made =
        text === 'none' ? 'loss' : `lambda examples: loss(examples) + ${now.penaltyRate ?? 0.001} * sum(${term} for w in weights)`;
      return replaceGroup(code, STEP, 1, made);
    }
    case 'penaltyRate':
      return replaceGroup(code, STEP, 2, text);
  }
}

/** What has no control in this code, in words; empty where all have. */
export function withoutControl(settings: Settings): string[] {
  const names: [Key, string][] = [
    ['data', 'the data'],
    ['share', 'the share for training'],
    ['batch', 'the batch size'],
    ['features', 'the features'],
    ['hidden', 'the network'],
    ['optimizer', 'the optimizer'],
    ['penalty', 'the penalty'],
    ['seed', 'the seed'],
  ];
  return names.filter(([key]) => settings[key] === null).map(([, name]) => name);
}

/** A feature as a label: `x1 * x1` is x₁². */
export function featureLabel(source: string): string {
  return source
    .replaceAll('math.', '')
    .replace(/\b(x[12]) \* \1\b/g, '$1²')
    .replaceAll('x1', 'x₁')
    .replaceAll('x2', 'x₂')
    .replaceAll(' * ', '\u202f');
}
