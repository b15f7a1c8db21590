/** A traceback on the page: the reader's cells open, other people's files folded. */

import { AnsiReader, ansiNodes, withoutAnsi } from './ansi';
import { errorName } from './error-name';
import { OWN_CELL, groupFrames, parseTraceback, shortPath, withoutRepeats } from './traceback';
import type { Frame } from './traceback';

/** Tells which cell of the page ran as `In[n]`; undefined where none did. */
export type CellOfExecution = (execution: number) => number | undefined;

function coloured(text: string): Node[] {
  return ansiNodes(new AnsiReader().read(text));
}

/** Marks the line that IPython's arrow points at. */
function frameLines(text: string): Node[] {
  return text.split('\n').flatMap((line, index) => {
    const nodes = coloured(line);
    const before = index ? [document.createTextNode('\n')] : [];
    if (!/^-+> *\d+/.test(withoutAnsi(line))) return [...before, ...nodes];
    const mark = document.createElement('mark');
    mark.append(...nodes);
    return [...before, mark];
  });
}

function cellFrame(frame: Frame, cellOf: CellOfExecution): Node[] {
  const number = cellOf(frame.execution!);
  const [first = '', ...rest] = frame.text.split('\n');
  // `In[n]` counts runs; the reader sees cells.
  const name = frame.execution === OWN_CELL ? 'This cell' : number && `Cell ${number}`;
  const heading = name ? [document.createTextNode(`${name}, line ${frame.line}`)] : coloured(first);
  return [...heading, document.createTextNode('\n'), ...frameLines(rest.join('\n')), document.createTextNode('\n\n')];
}

function fold(frames: Frame[]): HTMLElement {
  const details = document.createElement('details');
  details.className = 'out-machinery';
  const summary = document.createElement('summary');
  const last = frames.at(-1)!;
  const where = [...new Set(frames.map(({ file }) => shortPath(file!)))].join(', ');
  const count = frames.length === 1 ? '1 call' : `${frames.length} calls`;
  summary.textContent = `${count} inside ${where}, to line ${last.line}`;
  const code = document.createElement('code');
  code.append(...frames.flatMap((frame) => [...frameLines(frame.text), document.createTextNode('\n\n')]));
  details.append(summary, code);
  return details;
}

export interface ErrorContent {
  ename: string;
  evalue: string;
  traceback: string[];
}

const FRAMES_SHOWN = 12;

export function errorElement(content: ErrorContent, cellOf: CellOfExecution): HTMLElement {
  const element = document.createElement('pre');
  element.className = 'out out-error';
  const { heading, frames, message } = parseTraceback(content.traceback);
  if (!frames.length) {
    element.append(...coloured(content.traceback.join('\n') || `${errorName(content.ename)}: ${content.evalue}`));
    return element;
  }
  const groups = withoutRepeats(groupFrames(frames));
  const hidden = Math.max(0, groups.length - FRAMES_SHOWN);
  groups.forEach((group, index) => {
    if (hidden && index >= FRAMES_SHOWN / 2 && index < FRAMES_SHOWN / 2 + hidden) {
      if (index === FRAMES_SHOWN / 2) element.append(`… ${hidden} more calls …\n\n`);
      return;
    }
    if (typeof group === 'number') element.append(`… the same ${group === 1 ? 'once more' : `${group} more times`} …\n\n`);
    else element.append(...(group[0]!.execution === null ? [fold(group)] : cellFrame(group[0]!, cellOf)));
  });
  // A syntax error has its place in the heading's stead and no frame that ran.
  const text = message || heading || `${errorName(content.ename)}: ${content.evalue}`;
  element.append(...coloured(text));
  return element;
}
