/** What the program sends of its network; see micrograd/playground.py. */

/** Text in base64 where the build made it; kind, first byte and count of what stands in an answer's bytes. */
type SentNumbers = string | ['d' | 'f', number, number];

/** What Python answers: JSON, and the numbers beside it. */
export interface Answer {
  json: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Where the build made it, its colours are signed bytes. */
interface SentFrame {
  epoch: number;
  steps: number;
  train: number | string;
  test: number | string;
  parameters: SentNumbers;
  gradients: SentNumbers;
  pictures: SentNumbers;
  bytes?: boolean;
  second?: SentSecond;
}

interface SentSecond {
  epoch: number;
  train: number | string;
  test: number | string;
  picture: SentNumbers;
}

/** What stays the same while a network is trained. */
export interface Layout {
  inputs: number;
  /** The activation of each neuron of each layer. */
  layers: string[][];
  points: [number, number, number][];
  training: number;
  range: [number, number];
  side: number;
  /** Of each point of the grid, row by row from the lowest, every feature. */
  features: Float32Array;
}

type SentLayout = Omit<Layout, 'features'> & { features: SentNumbers; frame: SentFrame };

/** A moment of a training. */
export interface Frame {
  epoch: number;
  steps: number;
  train: number;
  test: number;
  parameters: Float64Array;
  gradients: Float64Array;
  /** Of each point of the grid, row by row from the lowest, the output of every neuron. */
  pictures: Float32Array;
  /** The second run's, where there is one. */
  second: SecondFrame | null;
}

/** A moment of the training beside it. */
export interface SecondFrame {
  epoch: number;
  train: number;
  test: number;
  /** Of each point of the grid, row by row from the lowest, the network's output. */
  picture: Float32Array;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const from = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  return from ? from(text) : Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

const NOTHING = new Uint8Array(0);

function numbersOf(sent: SentNumbers, bytes: Uint8Array<ArrayBuffer>): Float64Array | Float32Array {
  if (typeof sent === 'string') return new Float64Array(bytesOf(sent).buffer);
  const [kind, first, count] = sent;
  return new { d: Float64Array, f: Float32Array }[kind](bytes.buffer, bytes.byteOffset + first, count);
}

function coloursOf(sent: SentNumbers, bytes: Uint8Array<ArrayBuffer>): Float32Array {
  if (typeof sent !== 'string') return numbersOf(sent, bytes) as Float32Array;
  return Float32Array.from(new Int8Array(bytesOf(sent).buffer), (byte) => byte / 127);
}

/** JSON has no nan and no infinities: they come as words. */
function numberOf(sent: number | string): number {
  return Number(sent === 'inf' ? Infinity : sent);
}

function secondOf({ epoch, train, test, picture }: SentSecond, bytes: Uint8Array<ArrayBuffer>): SecondFrame {
  return { epoch, train: numberOf(train), test: numberOf(test), picture: coloursOf(picture, bytes) };
}

function frameOf(sent: SentFrame, bytes: Uint8Array<ArrayBuffer>): Frame {
  return {
    epoch: sent.epoch,
    steps: sent.steps,
    train: numberOf(sent.train),
    test: numberOf(sent.test),
    parameters: numbersOf(sent.parameters, bytes) as Float64Array,
    gradients: numbersOf(sent.gradients, bytes) as Float64Array,
    pictures: coloursOf(sent.pictures, bytes),
    second: sent.second ? secondOf(sent.second, bytes) : null,
  };
}

export function readSecond({ json, bytes }: Answer): SecondFrame {
  return secondOf(JSON.parse(json) as SentSecond, bytes);
}

export function readFrame({ json, bytes }: Answer): Frame {
  return frameOf(JSON.parse(json) as SentFrame, bytes);
}

/** `bytes` are left out where the build made it. */
export function readStart(json: string, bytes = NOTHING): { layout: Layout; frame: Frame } {
  const { frame, ...layout } = JSON.parse(json) as SentLayout;
  return { layout: { ...layout, features: coloursOf(layout.features, bytes) }, frame: frameOf(frame, bytes) };
}

/** Where the parameters of a neuron stand among all: its weights, then its bias. */
export function firstParameter(layout: Layout, layer: number, neuron: number): number {
  const sizes = [layout.inputs, ...layout.layers.map((neurons) => neurons.length)];
  let first = 0;
  for (let i = 0; i < layer; i++) first += (sizes[i]! + 1) * sizes[i + 1]!;
  return first + neuron * (sizes[layer]! + 1);
}

/** How many neurons there are, and so numbers for each point of the grid. */
export function neuronCount(layout: Layout): number {
  return layout.layers.reduce((sum, neurons) => sum + neurons.length, 0) || 1;
}

export interface WeightPlace {
  layer: number;
  neuron: number;
  /** The number of the input, or the bias. */
  input: number | 'bias';
}

/** A weight as the program names it. */
export function weightName({ layer, neuron, input }: WeightPlace): string {
  return `model.layers[${layer}].neurons[${neuron}].${input === 'bias' ? 'b' : `w[${input}]`}`;
}

/** What is wrong with a neuron's outputs over the plane: `dead` where they are 0, `saturated` where all are at an end. */
export function ailment(activation: string, pictures: Float32Array, width: number, neuron: number): 'dead' | 'saturated' | null {
  if (activation !== 'relu' && activation !== 'tanh') return null;
  for (let i = neuron; i < pictures.length; i += width) {
    const output = pictures[i]!;
    if (activation === 'relu' ? output !== 0 : Math.abs(output) < 0.95) return null;
  }
  return activation === 'relu' ? 'dead' : 'saturated';
}
