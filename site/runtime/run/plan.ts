/** Which cells run, and in which order, when a reader asks for one. */

export interface Plannable {
  readonly number: number;
  /** Code that came with a link and that the reader has not taken over. */
  readonly fromLink: boolean;
}

export interface Plan<Cell> {
  cells: Cell[];
  /** The first cell that keeps the plan from being carried out. */
  blocked: Cell | null;
}

/** Code from a link runs only at a press on its very cell, never along with others: the first cell that is in the way. */
function firstForeign<Cell extends Plannable>(cells: readonly Cell[]): Cell | null {
  return cells.find((cell) => cell.fromLink) ?? null;
}

/** A cell needs what the cells above it define: those that this Python has not run yet come first. */
export function planRun<Cell extends Plannable>(all: readonly Cell[], target: Cell, hasRun: (cell: Cell) => boolean): Plan<Cell> {
  const above = all.filter((cell) => cell.number < target.number && !hasRun(cell));
  return { cells: [...above, target], blocked: firstForeign(above) };
}

/** The cells in the order given, none of which was pressed, after those above the first that have not run. */
export function planSeries<Cell extends Plannable>(
  all: readonly Cell[],
  series: readonly Cell[],
  hasRun: (cell: Cell) => boolean,
): Plan<Cell> {
  const [first] = series;
  const above = first ? planRun(all, first, hasRun).cells.slice(0, -1) : [];
  const cells = [...above, ...series];
  return { cells, blocked: firstForeign(cells) };
}

export function planAll<Cell extends Plannable>(all: readonly Cell[]): Plan<Cell> {
  return { cells: [...all], blocked: firstForeign(all) };
}

/** `cell 3`, `cells 1 and 2`, `cells 1 to 4`: for a sentence. */
export function cellRange(numbers: readonly number[]): string {
  const first = numbers[0];
  const last = numbers.at(-1);
  if (first === undefined || last === undefined) return 'no cell';
  if (numbers.length === 1) return `cell ${first}`;
  if (numbers.length === 2) return `cells ${first} and ${last}`;
  const contiguous = last - first === numbers.length - 1;
  return contiguous ? `cells ${first} to ${last}` : `cells ${numbers.slice(0, -1).join(', ')} and ${last}`;
}
