/** Strokes of a pen as pixels: centred, scaled and as thick as the book's digits were made. */

/** Across and down, as parts of the pad. */
export type Point = readonly [number, number];
export type Stroke = readonly Point[];

/** The most ink of a pixel, which is a field of 4 by 4 finer ones. */
export const FULL = 16;
const FINE = 4;
/** The digits fill their 32 rows and are about 20 columns wide, and some 312 of the 1,024 finer pixels are ink. */
const WIDEST = 20 / 32;
const INK = 312 / 1024;
const [THINNEST, THICKEST] = [1, 5];
const SPACING = 0.02;

/** A pixel for each field: how many of its finer pixels are ink. */
export function pixelsOf(strokes: readonly Stroke[], width: number, height: number): number[] {
  const pixels = new Array<number>(width * height).fill(0);
  if (!strokes.some((stroke) => stroke.length)) return pixels;
  const [columns, rows] = [FINE * width, FINE * height];
  let radius = 2;
  let distances: number[] = [];
  // Where the outline of the ink is to lie depends on how thick it gets, and that on the scale.
  for (let pass = 0; pass < 2; pass++) {
    distances = distancesTo(fitted(strokes, columns, rows, radius), columns, rows);
    const nearest = [...distances].sort((a, b) => a - b)[Math.round(INK * distances.length)]!;
    radius = Math.min(Math.max(nearest, THINNEST), THICKEST);
  }
  distances.forEach((distance, place) => {
    if (distance > radius) return;
    const [row, column] = [Math.floor(place / columns), place % columns];
    pixels[Math.floor(row / FINE) * width + Math.floor(column / FINE)]! += 1;
  });
  return pixels;
}

/** The strokes in finer pixels: full height, no wider than the digits are, in the middle. */
function fitted(strokes: readonly Stroke[], columns: number, rows: number, radius: number): Stroke[] {
  const points = strokes.flat();
  const across = points.map(([x]) => x);
  const down = points.map(([, y]) => y);
  const [left, right] = [Math.min(...across), Math.max(...across)];
  const [top, bottom] = [Math.min(...down), Math.max(...down)];
  const [room, tall] = [WIDEST * columns - 2 * radius, rows - 2 * radius];
  const [wide, high] = [Math.max(right - left, 1e-3), Math.max(bottom - top, 1e-3)];
  // What lies flat, as a dash does, is not pulled up to a digit's height.
  const flat = wide > 4 * high;
  const scaleX = Math.min(tall / high, room / wide);
  const scaleY = flat ? scaleX : tall / high;
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  return strokes.map((stroke) => stroke.map(([x, y]): Point => [columns / 2 + (x - middleX) * scaleX, rows / 2 + (y - middleY) * scaleY]));
}

/** How far the middle of each finer pixel is from the nearest stroke. */
function distancesTo(strokes: readonly Stroke[], columns: number, rows: number): number[] {
  const squares = new Float64Array(columns * rows).fill(Infinity);
  for (const stroke of strokes) {
    for (let i = 0; i < stroke.length; i++) {
      const [x, y] = stroke[Math.max(i - 1, 0)]!;
      const [toX, toY] = stroke[i]!;
      const alongX = toX - x;
      const alongY = toY - y;
      const square = alongX * alongX + alongY * alongY;
      for (let row = 0, place = 0; row < rows; row++) {
        const fromY = row + 0.5 - y;
        for (let column = 0; column < columns; column++, place++) {
          const fromX = column + 0.5 - x;
          const part = square ? Math.min(Math.max((fromX * alongX + fromY * alongY) / square, 0), 1) : 0;
          const offX = fromX - part * alongX;
          const offY = fromY - part * alongY;
          const distance = offX * offX + offY * offY;
          if (distance < squares[place]!) squares[place] = distance;
        }
      }
    }
  }
  return Array.from(squares, Math.sqrt);
}

/** The stroke with one more point, and with some between where the pen was fast. */
export function extended(stroke: Stroke, point: Point): Stroke {
  const last = stroke.at(-1);
  if (!last) return [point];
  const [alongX, alongY] = [point[0] - last[0], point[1] - last[1]];
  const pieces = Math.floor(Math.hypot(alongX, alongY) / SPACING);
  const more = Array.from({ length: pieces }, (_, i): Point => {
    const part = (i + 1) / pieces;
    return [last[0] + part * alongX, last[1] + part * alongY];
  });
  return [...stroke, ...more];
}

/** What is left of the strokes outside a circle. */
export function erased(strokes: readonly Stroke[], [x, y]: Point, radius: number): Stroke[] {
  const left: Point[][] = [];
  for (const stroke of strokes) {
    let piece: Point[] = [];
    for (const point of stroke) {
      if (Math.hypot(point[0] - x, point[1] - y) > radius) {
        piece.push(point);
      } else {
        left.push(piece);
        piece = [];
      }
    }
    left.push(piece);
  }
  return left.filter((piece) => piece.length);
}
