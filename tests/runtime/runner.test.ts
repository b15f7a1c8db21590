import './browser';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { fresh, log, world } from './python';
import { Cell } from '../../site/runtime/cell/cell';
import { PageKernel } from '../../site/runtime/kernel/index';
import { Displays } from '../../site/runtime/output/displays';
import { OutputArea } from '../../site/runtime/output/area';
import { Runner } from '../../site/runtime/run/runner';
import type { RunnerHost, SolutionRun } from '../../site/runtime/run/runner';

const CELL = (number: number, code: string, tags: string) => `
  <div class="live-cell" data-cell="${number}" data-id="cell-${number}" data-tags="${tags}">
    <div class="live-source"><pre><code>${code}</code></pre></div>
    <div class="live-output"></div>
  </div>`;

interface Wishes {
  tags?: Record<number, string>;
  prelude?: () => Promise<string> | null;
  solutionFor?: (cell: Cell) => SolutionRun | null;
  loadKernel?: () => Promise<PageKernel>;
}

class Chapter {
  readonly cells: Cell[];
  readonly said: string[] = [];
  readonly preludes: (string | null)[] = [];
  forgotten: number[] = [];
  status = '';
  readonly runner: Runner;
  private readonly displays = new Displays();

  constructor(codes: string[], wishes: Wishes = {}) {
    document.body.innerHTML = codes.map((code, index) => CELL(index + 1, code, wishes.tags?.[index + 1] ?? '')).join('');
    const host = { help: { complete: async () => null, inspect: async () => null }, run() {}, copyLink() {}, changed() {} };
    const elements = [...document.querySelectorAll<HTMLElement>('.live-cell')];
    this.cells = elements.map((element) => new Cell(element, host, new AbortController().signal));
    this.runner = new Runner(this.host(wishes), wishes.loadKernel ?? (async () => new PageKernel()));
  }

  cell(number: number): Cell {
    return this.cells[number - 1]!;
  }

  run(number: number): Promise<boolean> {
    return this.runner.run(this.cell(number));
  }

  get states(): (string | undefined)[] {
    return this.cells.map(({ element }) => element.dataset.state);
  }

  text(number: number): string {
    return this.cell(number).region.textContent ?? '';
  }

  /** Resolves when the status line says it. */
  async until(words: RegExp): Promise<void> {
    while (!words.test(this.status)) await new Promise((resolve) => setImmediate(resolve));
  }

  private host(wishes: Wishes): RunnerHost {
    return {
      cells: this.cells,
      prepare: async (cell) => {
        cell.output ??= new OutputArea(cell.region, this.displays, (execution) => this.runner.cellOf(execution));
      },
      solutionFor: wishes.solutionFor ?? (() => null),
      prelude: wishes.prelude ?? (() => null),
      onPreludeFinished: (error) => this.preludes.push(error),
      status: ({ text }) => (this.status = text),
      announce: (text) => this.said.push(text),
      async ran() {},
      ended() {},
      paused() {},
      forgotten: (cells) => (this.forgotten = cells.map(({ number }) => number)),
    };
  }
}

let chapter: Chapter;

function open(codes: string[], wishes: Wishes = {}): Chapter {
  return (chapter = new Chapter(codes, wishes));
}

beforeEach(fresh);
afterEach(() => chapter.runner.dispose());

test('the cells above run first, once', async () => {
  open(['print 1', 'print 2', 'print 3']);
  assert.equal(await chapter.run(2), true);
  assert.equal(await chapter.run(3), true);
  assert.deepEqual(log, ['print 1', 'print 2', 'print 3']);
  assert.deepEqual(chapter.states, ['done', 'done', 'done']);
  assert.equal(chapter.text(2), '2');
  assert.equal(chapter.status, 'Ready');
});

test('what is pressed while a cell runs waits for its turn, and is not run twice', async () => {
  open(['print 1', 'print 2', 'print 3']);
  const runs = [chapter.run(2), chapter.run(3)];
  assert.deepEqual(chapter.states, ['queued', 'queued', 'queued']);
  assert.deepEqual(await Promise.all(runs), [true, true]);
  assert.deepEqual(log, ['print 1', 'print 2', 'print 3']);
});

test('an error ends the batch, and the cells behind it say that they did not run', async () => {
  open(['print 1', 'raise ValueError', 'print 3']);
  assert.equal(await chapter.runner.runAll(), false);
  assert.deepEqual(log, ['print 1', 'raise ValueError']);
  assert.deepEqual(chapter.states, ['done', 'error', 'stopped']);
  assert.equal(chapter.status, 'Ready. Cell 2 raised ValueError.');
});

test('an error that a cell is meant to raise does not', async () => {
  open(['raise ValueError', 'print 2'], { tags: { 1: 'raises-exception' } });
  assert.equal(await chapter.runner.runAll(), true);
  assert.deepEqual(chapter.states, ['error', 'done']);
});

test('Stop ends the loop, keeps the variables and abandons what waits', async () => {
  open(['count', 'loop', 'print 3']);
  const run = chapter.run(3);
  await chapter.until(/^Running .*cell 2/);
  await new Promise((resolve) => setImmediate(resolve));
  await chapter.runner.stop();
  assert.equal(await run, false);
  assert.deepEqual(chapter.states, ['done', 'error', 'stopped']);
  assert.equal(chapter.status, 'Stopped. Variables are kept.');
  assert.equal(world.workers, 1);
  assert.deepEqual(await chapter.runner.evaluate({ x: 'count' }), { x: '1' });
  assert.deepEqual(chapter.forgotten, []);
});

test('Python that hears no Stop is started again, and what had run is forgotten', async () => {
  open(['print 1', 'deaf', 'print 3'], { loadKernel: async () => new PageKernel(10) });
  const run = chapter.run(2);
  await chapter.until(/^Running .*cell 2/);
  while (!log.includes('deaf')) await new Promise((resolve) => setImmediate(resolve));
  await chapter.runner.stop();
  assert.equal(await run, false);
  assert.match(chapter.status, /^Stopped. Python could not be interrupted and was restarted/);
  assert.deepEqual(chapter.forgotten, [1]);
  assert.equal(world.workers, 2);
});

test('Restart ends what runs, and the next run begins from the first cell', async () => {
  open(['print 1', 'print 2']);
  await chapter.run(2);
  await chapter.runner.restart();
  assert.equal(world.workers, 2);
  assert.deepEqual(chapter.forgotten, [1, 2]);
  assert.match(chapter.status, /^Ready. Python was started again/);
  await chapter.run(2);
  assert.deepEqual(log, ['print 1', 'print 2', 'print 1', 'print 2']);
});

test('a death is told, and the cells that had run are offered again', async () => {
  open(['print 1', 'die']);
  assert.equal(await chapter.run(2), false);
  assert.match(chapter.status, /^Failed: Python ran out of memory/);
  assert.deepEqual(chapter.forgotten, [1]);
});

test('Retry runs what a failed start left waiting', async () => {
  world.startFails = true;
  open(['print 1', 'print 2']);
  assert.equal(await chapter.run(2), false);
  assert.match(chapter.status, /^Failed: .*no memory for it/);
  assert.deepEqual(log, []);
  world.startFails = false;
  await chapter.runner.retry();
  assert.deepEqual(log, ['print 1', 'print 2']);
  assert.deepEqual(chapter.states, ['done', 'done']);
});

test('Retry asks again for a kernel whose script was lost', async () => {
  let lost = true;
  const loadKernel = async () => {
    if (lost) throw new TypeError('Failed to fetch');
    return new PageKernel();
  };
  open(['print 1'], { loadKernel });
  assert.equal(await chapter.run(1), false);
  assert.match(chapter.status, /^Failed: The page's Python could not be loaded/);
  lost = false;
  await chapter.runner.retry();
  assert.deepEqual(chapter.states, ['done']);
});

test('a start ahead of need fails in silence', async () => {
  world.startFails = true;
  open(['print 1']);
  chapter.runner.prefetch();
  while (!world.workers) await new Promise((resolve) => setImmediate(resolve));
  await chapter.until(/^Not started/);
  assert.deepEqual(chapter.said.filter(Boolean), []);
  world.startFails = false;
  assert.equal(await chapter.run(1), true);
});

test('the prelude runs first in every fresh Python', async () => {
  open(['print 1'], { prelude: async () => 'count' });
  await chapter.run(1);
  await chapter.runner.restart();
  await chapter.run(1);
  assert.deepEqual(log, ['count', 'print 1', 'count', 'print 1']);
  assert.deepEqual(chapter.preludes, [null, null]);
});

test('a prelude that fails keeps the cells from running, and is tried again', async () => {
  let code = 'raise TypeError';
  open(['print 1'], { prelude: async () => code });
  assert.equal(await chapter.run(1), false);
  assert.deepEqual(chapter.states, ['stopped']);
  assert.equal(chapter.status, 'Ready. Your own engine cannot run this chapter.');
  code = 'count';
  assert.equal(await chapter.run(1), true);
  assert.deepEqual(log, ['raise TypeError', 'count', 'print 1']);
});

test('code from a link runs at a press on its own cell only, as it was at the press', async () => {
  open(['print 1', 'print 2']);
  chapter.cell(1).fromLink = true;
  assert.equal(await chapter.run(2), false);
  assert.match(chapter.status, /Cell 1 holds code from a link/);
  assert.deepEqual(log, []);
  assert.equal(await chapter.run(1), true);
  const run = chapter.run(1);
  chapter.cell(1).code = 'print another';
  assert.equal(await run, false);
  assert.deepEqual(log, ['print 1']);
});

test('a cell that was not asked for runs what stands in for it', async () => {
  const solutionFor = (cell: Cell) => (cell.number === 1 ? { code: 'count', words: 'The solution ran' } : null);
  open(['raise NameError', 'print 2'], { solutionFor });
  assert.equal(await chapter.run(2), true);
  assert.deepEqual(log, ['count', 'print 2']);
  assert.equal(await chapter.run(1), false);
  assert.deepEqual(log.slice(2), ['raise NameError']);
});

test('a newer value ends the run of a control, without an error', async () => {
  open(['loop']);
  const [cell] = chapter.cells;
  const run = chapter.runner.runSeries([cell!], { controlOf: cell! });
  await chapter.until(/^Running cell 1/);
  while (!log.length) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(chapter.runner.replace(cell!), true);
  assert.equal(await run, false);
  assert.deepEqual(chapter.states, ['stopped']);
  assert.equal(chapter.text(1), '');
  assert.equal(chapter.status, 'Ready');
});

test('a display is updated where it stands, by a later cell too', async () => {
  open(['show a one', 'update a two']);
  await chapter.run(2);
  assert.match(chapter.text(1), /two/);
  assert.equal(chapter.text(2), '');
  await chapter.run(1);
  assert.match(chapter.text(1), /one/);
});
