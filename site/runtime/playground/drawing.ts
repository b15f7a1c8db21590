/** Drawing of pictures, points, weights and curves, all on canvases, from numbers that the program sent. */

/** A pair that the colour-blind tell apart; also told apart by shapes, dashes and lightness. */
export interface Palette {
  positive: [number, number, number];
  negative: [number, number, number];
  ground: [number, number, number];
  text: string;
  soft: string;
  line: string;
}

function rgb(colour: string): [number, number, number] {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  return [r!, g!, b!];
}

export function paletteOf(element: HTMLElement): Palette {
  const style = getComputedStyle(element);
  const named = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  return {
    positive: rgb(named('--figure-positive', '#1f7fb0')),
    negative: rgb(named('--figure-negative', '#d0581e')),
    ground: rgb(named('--md-default-bg-color', '#fff')),
    text: style.color,
    soft: named('--live-soft', '#666'),
    line: named('--live-line', '#ddd'),
  };
}

const LEVELS = 256;

/** Colours from -1 to 1. */
export function colourScale({ positive, negative, ground }: Palette): Uint32Array {
  const scale = new Uint32Array(LEVELS);
  for (let level = 0; level < LEVELS; level++) {
    const value = (2 * level) / (LEVELS - 1) - 1;
    const end = value > 0 ? positive : negative;
    const share = 0.08 + 0.8 * Math.abs(value);
    const [r, g, b] = end.map((part, i) => Math.round(ground[i]! + (part - ground[i]!) * share)) as [number, number, number];
    scale[level] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  return scale;
}

/** The colour of a number; nan has that of 0. */
function levelOf(number: number): number {
  const value = number > 1 ? 1 : number < -1 ? -1 : Number.isNaN(number) ? 0 : number;
  return Math.round((value + 1) * ((LEVELS - 1) / 2));
}

/** Writes one neuron's outputs as a picture, the lowest row last. */
export function fillPicture(
  pixels: Uint32Array,
  numbers: Float32Array,
  side: number,
  width: number,
  index: number,
  scale: Uint32Array,
  discrete: boolean,
): void {
  for (let row = 0; row < side; row++) {
    let at = (side - 1 - row) * side;
    let from = row * side * width + index;
    for (let column = 0; column < side; column++, at++, from += width) {
      const number = numbers[from]!;
      pixels[at] = scale[levelOf(discrete ? (number > 0 ? 1 : -1) : number)]!;
    }
  }
}

/** A small picture that is drawn again and again. */
export class Picture {
  private image: ImageData | null = null;
  private pixels: Uint32Array = new Uint32Array(0);

  constructor(readonly canvas: HTMLCanvasElement) {}

  draw(numbers: Float32Array, side: number, width: number, index: number, scale: Uint32Array, discrete = false): void {
    const context = this.canvas.getContext('2d')!;
    if (!this.image || this.canvas.width !== side) {
      this.canvas.width = this.canvas.height = side;
      this.image = context.createImageData(side, side);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    fillPicture(this.pixels, numbers, side, width, index, scale, discrete);
    context.putImageData(this.image, 0, 0);
  }

  clear(): void {
    this.canvas.getContext('2d')!.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }
}

/** Where a picture of an atlas is drawn, in CSS pixels. */
export interface Box {
  left: number;
  top: number;
  size: number;
}

/** The pictures of many neurons, one below the other: one canvas is painted anew sooner than one for each. */
export class Atlas {
  private image: ImageData | null = null;
  private canvas: OffscreenCanvas | null = null;

  /** Takes the outputs of the first `count` of `width` neurons. */
  fill(numbers: Float32Array, side: number, width: number, count: number, scale: Uint32Array): void {
    if (!count) return;
    if (this.image?.width !== side || this.image.height !== side * count) {
      this.image = new ImageData(side, side * count);
      this.canvas = new OffscreenCanvas(side, side * count);
    }
    const pixels = new Uint32Array(this.image.data.buffer);
    const points = side * side;
    for (let index = 0; index < count; index++) {
      fillPicture(pixels.subarray(index * points, (index + 1) * points), numbers, side, width, index, scale, false);
    }
    this.canvas!.getContext('2d')!.putImageData(this.image, 0, 0);
  }

  draw(context: CanvasRenderingContext2D, boxes: readonly Box[]): void {
    const { canvas } = this;
    if (!canvas) return;
    boxes.forEach(({ left, top, size }, index) => {
      context.drawImage(canvas, 0, index * canvas.width, canvas.width, canvas.width, left, top, size, size);
    });
  }
}

/** Makes a canvas as fine as the screen; returns what draws in CSS pixels. */
export function sharp(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

const css = ([r, g, b]: readonly number[]): string => `rgb(${r} ${g} ${b})`;

/** The points on the large picture: circles above 0, squares below; those for testing are hollow. */
export function drawPoints(
  canvas: HTMLCanvasElement,
  size: number,
  points: readonly (readonly [number, number, number])[],
  training: number,
  [low, high]: readonly [number, number],
  palette: Palette,
  showTest: boolean,
): void {
  const context = sharp(canvas, size, size);
  const place = (number: number): number => ((number - low) / (high - low)) * size;
  context.lineWidth = 1;
  points.forEach(([x, y, target], index) => {
    const test = index >= training;
    if (test && !showTest) return;
    const [left, top] = [place(x), size - place(y)];
    const end = target > 0 ? palette.positive : palette.negative;
    const share = Math.max(0.25, Math.min(1, Math.abs(target)));
    const colour = css(end.map((part, i) => Math.round(palette.ground[i]! + (part - palette.ground[i]!) * share)));
    context.beginPath();
    if (target > 0) context.arc(left, top, 3.2, 0, 2 * Math.PI);
    else context.rect(left - 2.8, top - 2.8, 5.6, 5.6);
    context.fillStyle = test ? css(palette.ground) : colour;
    context.strokeStyle = test ? colour : css(palette.ground);
    context.lineWidth = test ? 1.8 : 1;
    context.fill();
    context.stroke();
  });
}

export interface Line {
  from: readonly [number, number];
  to: readonly [number, number];
  weight: number;
}

/** Sizes of weights are drawn in steps: of a fifth of a pixel in width. */
const STEPS = 10;
const WIDEST = 29;

/** The style of a weight's line: its size in steps, below 0 where it is dashed; lines of one style are one path. */
export function styleOf(weight: number): number {
  const size = Math.min(WIDEST, Math.round(STEPS * Math.abs(weight)) || 0);
  return weight < 0 ? -1 - size : size;
}

/** The curve of a line. */
function curve(path: Path2D, { from: [x1, y1], to: [x2, y2] }: Line): void {
  const middle = (x1 + x2) / 2;
  path.moveTo(x1, y1);
  path.bezierCurveTo(middle, y1, middle, y2, x2, y2);
}

const DASH = [6, 4] as const;

/** Dashes of a line, each of them straight: a canvas without a graphics card cuts curves slowly. */
function dash(path: Path2D, { from: [x1, y1], to: [x2, y2] }: Line): void {
  const parts = Math.max(8, Math.ceil(Math.hypot(x2 - x1, y2 - y1) / 6));
  let [x, y, left, on] = [x1, y1, DASH[0] as number, true];
  path.moveTo(x, y);
  for (let part = 1; part <= parts; part++) {
    const t = part / parts;
    const end = [
      x1 + (x2 - x1) * (1.5 * t * (1 - t) * (1 - t) + 1.5 * t * t * (1 - t) + t * t * t),
      y1 + (y2 - y1) * (3 * t * t - 2 * t * t * t),
    ] as const;
    let length = Math.hypot(end[0] - x, end[1] - y);
    while (length > left) {
      x += ((end[0] - x) * left) / length;
      y += ((end[1] - y) * left) / length;
      length -= left;
      if (on) path.lineTo(x, y);
      else path.moveTo(x, y);
      on = !on;
      left = on ? DASH[0] : DASH[1];
    }
    left -= length;
    [x, y] = end;
    if (on) path.lineTo(x, y);
  }
}

/** Weights as lines: the width follows the size; a negative one is dashed. */
export function drawLines(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  lines: readonly Line[],
  palette: Palette,
  marked: number | null,
): CanvasRenderingContext2D {
  const context = sharp(canvas, width, height);
  const stroke = (style: number, path: Path2D, wider = 0): void => {
    const size = (style < 0 ? -1 - style : style) / STEPS;
    context.strokeStyle = css(style < 0 ? palette.negative : palette.positive);
    context.globalAlpha = wider ? 1 : 0.35 + 0.5 * Math.min(1, size);
    context.lineWidth = Math.min(7, 0.6 + 2.2 * size) + wider;
    context.stroke(path);
  };
  const paths = new Map<number, Path2D>();
  for (const line of lines) {
    const style = styleOf(line.weight);
    let path = paths.get(style);
    if (!path) paths.set(style, (path = new Path2D()));
    if (style < 0) dash(path, line);
    else curve(path, line);
  }
  paths.forEach((path, style) => stroke(style, path));
  const line = marked === null ? undefined : lines[marked];
  if (line) {
    const path = new Path2D();
    if (line.weight < 0) dash(path, line);
    else curve(path, line);
    stroke(styleOf(line.weight), path, 1.5);
  }
  context.globalAlpha = 1;
  return context;
}

/** The line within a few pixels of a place; null where none is. */
export function lineAt(lines: readonly Line[], x: number, y: number): number | null {
  let found: number | null = null;
  let nearest = 6;
  lines.forEach((line, index) => {
    const {
      from: [x1, y1],
      to: [x2, y2],
    } = line;
    if (x < x1 || x > x2) return;
    // The curve is steepest in its middle; its place there by halving.
    let [low, high] = [0, 1];
    for (let i = 0; i < 12; i++) {
      const t = (low + high) / 2;
      const across = x1 + (x2 - x1) * (1.5 * t * (1 - t) * (1 - t) + 1.5 * t * t * (1 - t) + t * t * t);
      if (across < x) low = t;
      else high = t;
    }
    const t = (low + high) / 2;
    const down = y1 + (y2 - y1) * (3 * t * t - 2 * t * t * t);
    const distance = Math.abs(down - y);
    if (distance < nearest) [nearest, found] = [distance, index];
  });
  return found;
}

export interface Curve {
  epochs: readonly number[];
  values: readonly number[];
  dashed: boolean;
  colour: string;
}

/** Loss curves against the epoch on one pair of axes that begin at 0. */
export function drawCurves(canvas: HTMLCanvasElement, width: number, height: number, curves: readonly Curve[], palette: Palette): void {
  const context = sharp(canvas, width, height);
  const finite = curves.flatMap(({ values }) => values.filter(Number.isFinite));
  const top = Math.max(1e-9, ...finite.map((value) => Math.min(value, 10)));
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0.5, 0);
  context.lineTo(0.5, height - 0.5);
  context.lineTo(width, height - 0.5);
  context.stroke();
  const last = Math.max(1, ...curves.map(({ epochs }) => epochs.at(-1) ?? 0));
  for (const { epochs, values, dashed, colour } of curves) {
    context.strokeStyle = colour;
    context.lineWidth = 1.8;
    context.setLineDash(dashed ? [5, 3] : []);
    context.beginPath();
    values.forEach((value, index) => {
      const x = 1 + ((width - 3) * epochs[index]!) / last;
      const y = height - 2 - (height - 5) * Math.min(1, (Number.isFinite(value) ? value : top) / top);
      if (index) context.lineTo(x, y);
      else context.moveTo(x, y);
    });
    context.stroke();
  }
  context.setLineDash([]);
}

/** Losses of a training, at most so many: of too many every second is dropped. */
export class History {
  epochs: number[] = [];
  train: number[] = [];
  test: number[] = [];
  private stride = 1;
  private seen = 0;

  add(epoch: number, train: number, test: number): void {
    if (this.seen++ % this.stride) return;
    this.epochs.push(epoch);
    this.train.push(train);
    this.test.push(test);
    if (this.train.length < 600) return;
    this.epochs = this.epochs.filter((_, i) => i % 2 === 0);
    this.train = this.train.filter((_, i) => i % 2 === 0);
    this.test = this.test.filter((_, i) => i % 2 === 0);
    this.stride *= 2;
  }
}
