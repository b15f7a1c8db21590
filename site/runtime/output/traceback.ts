/** IPython's traceback, taken apart: the reader's own cells stay, the machinery between them folds. */

import { withoutAnsi } from './ansi';

export interface Frame {
  /** The frame's lines with their colours. */
  text: string;
  /** `In[n]` of the cell that the frame is in, or null for a file's frame. */
  execution: number | null;
  /** Such as `micrograd/engine.py`, or null for a cell's frame. */
  file: string | null;
  line: number | null;
}

export interface Traceback {
  heading: string;
  frames: Frame[];
  /** The last lines: the error's type and message. */
  message: string;
}

/** The cell that raised the error, in place of an `In[n]`: Python could not split its code into tokens. */
export const OWN_CELL = -1;

const CELL = /^\s*Cell In\[(\d+)\], line (\d+)/;
const FILE = /^\s*File (?:"([^"]+)", line (\d+)|([^\s:"]+):(\d+))/;

function frameStart(line: string): Omit<Frame, 'text'> | null {
  const cell = CELL.exec(line);
  if (cell) return { execution: Number(cell[1]), file: null, line: Number(cell[2]) };
  const file = FILE.exec(line);
  if (file) return { execution: null, file: file[1] ?? file[3]!, line: Number(file[2] ?? file[4]) };
  return null;
}

export function parseTraceback(lines: string[]): Traceback {
  const heading: string[] = [];
  const frames: Frame[] = [];
  const message: string[] = [];
  let into: string[] = heading;
  const bodies: string[][] = [];
  for (const line of lines.join('\n').split('\n')) {
    const plain = withoutAnsi(line);
    const start = frameStart(plain);
    if (start) {
      into = [line];
      bodies.push(into);
      frames.push({ ...start, text: '' });
    } else if (frames.length && /^[A-Za-z_][\w.]*(Error|Exception|Interrupt|Exit|Iteration|Warning)?(: |$)/.test(plain)) {
      // The error's own line is the first after the frames that begins at the margin.
      into = message;
      into.push(line);
    } else {
      into.push(line);
    }
  }
  const only = frames.length === 1 ? frames[0]! : null;
  if (only?.file === '<string>') Object.assign(only, { execution: OWN_CELL, file: null });
  frames.forEach((frame, index) => (frame.text = bodies[index]!.join('\n').replace(/\n+$/, '')));
  return { heading: heading.join('\n').replace(/\n+$/, ''), frames, message: message.join('\n').trimEnd() };
}

/** Runs of frames: those of cells one by one, those of files together, to be folded. */
export function groupFrames(frames: Frame[]): Frame[][] {
  const groups: Frame[][] = [];
  for (const frame of frames) {
    const last = groups.at(-1);
    if (frame.execution === null && last && last[0]!.execution === null) last.push(frame);
    else groups.push([frame]);
  }
  return groups;
}

const LONGEST_CYCLE = 4;

/** Leaves out what a recursion repeats: of groups that come again and again, the first and the last round stay. */
export function withoutRepeats(groups: Frame[][]): (Frame[] | number)[] {
  const places = groups.map((group) => group.map(({ execution, file, line }) => `${execution ?? file}:${line}`).join());
  const kept: (Frame[] | number)[] = [];
  for (let at = 0; at < groups.length; ) {
    const cycle = Array.from({ length: LONGEST_CYCLE }, (_, index) => {
      const length = index + 1;
      let end = at + length;
      while (end < groups.length && places[end] === places[end - length]) end += 1;
      return { length, rounds: Math.floor((end - at) / length) };
    }).find(({ rounds }) => rounds > 2);
    const { length, rounds } = cycle ?? { length: 1, rounds: 1 };
    kept.push(...groups.slice(at, at + length));
    at += length * rounds;
    if (cycle) kept.push(rounds - 2, ...groups.slice(at - length, at));
  }
  return kept;
}

/** The line of the cell that ran as `execution` where the error came from, nearest to its cause. */
export function errorLine(traceback: Traceback, execution: number | undefined): number | null {
  const frame = traceback.frames.findLast(
    (candidate) => candidate.execution !== null && [execution, OWN_CELL].includes(candidate.execution),
  );
  return frame?.line ?? null;
}

/** `micrograd/engine.py` of a long path, for a fold's summary. */
export function shortPath(file: string): string {
  return file.replace(/^.*\/(?:site-packages|lib\/python[\d.]+|python\d+\.zip)\//, '');
}
