/** The moments of a training that a view keeps; see `Frame` in micrograd/plot.py. */

export interface FramesPayload {
  columns: number;
  rows: number;
  units: number;
  steps: number[];
  loss: (number | string)[];
  right: number[];
  scores: string;
}

/** Scores on a grid, row by row from the lowest, from left to right. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly scores: Float32Array;
}

/** Unpacks the scores of every frame: differences of signed bytes, modulo 256. */
export function unpack({ columns, rows, units, steps, scores }: FramesPayload): Grid[] {
  const bytes = Uint8Array.from(atob(scores), (character) => character.charCodeAt(0));
  const size = columns * rows;
  const sum = new Int8Array(size);
  return steps.map((_, frame) => {
    for (let i = 0; i < size; i++) sum[i] = sum[i]! + bytes[frame * size + i]!;
    return { columns, rows, scores: Float32Array.from(sum, (score) => score / units) };
  });
}

/** The score between the points of a grid, by linear interpolation in both directions. */
export function scoreAt({ columns, rows, scores }: Grid, x: number, y: number): number {
  const column = Math.min(Math.floor(x), columns - 2);
  const row = Math.min(Math.floor(y), rows - 2);
  const [right, up] = [x - column, y - row];
  const i = row * columns + column;
  const low = scores[i]! + right * (scores[i + 1]! - scores[i]!);
  const high = scores[i + columns]! + right * (scores[i + columns + 1]! - scores[i + columns]!);
  return low + up * (high - low);
}

type Point = readonly [column: number, row: number];

/** The pieces of the line where the score is 0 (marching squares), as pairs of places on the grid. */
export function zeroLine(grid: Grid): [Point, Point][] {
  const pieces: [Point, Point][] = [];
  const { columns, rows, scores } = grid;
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const corners: Point[] = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ];
      const crossings: Point[] = [];
      corners.forEach((from, index) => {
        const to = corners[(index + 1) % 4]!;
        const [a, b] = [from, to].map(([x, y]) => scores[y * columns + x]!) as [number, number];
        if (a > 0 === b > 0) return;
        const part = a / (a - b);
        crossings.push([from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])]);
      });
      for (let i = 0; i + 1 < crossings.length; i += 2) pieces.push([crossings[i]!, crossings[i + 1]!]);
    }
  }
  return pieces;
}
