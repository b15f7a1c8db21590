/** Runs cells one after the other in the page's one Python, and knows what that Python has seen. */

import type { ExecuteResult, KernelState, StateDetail } from '../kernel/types';
import type { PageKernel } from '../kernel/index';
import type { Cell } from '../cell/cell';
import { errorName } from '../output/error-name';
import { cellRange, planAll, planRun, planSeries } from './plan';
import type { Plan } from './plan';
import { describe } from './status';
import type { Status } from './status';

/** What is run for a cell when it is not the cell's own code. */
export interface SolutionRun {
  code: string;
  /** Says so to the reader. */
  words: string;
}

export interface RunnerHost {
  readonly cells: readonly Cell[];
  /** Gives the cell an output area; called before its first run. */
  prepare(cell: Cell): Promise<void>;
  /** Code to run in a cell's stead when the reader did not ask for that cell itself. */
  solutionFor(cell: Cell): SolutionRun | null;
  /** Code that runs first in every fresh Python, or null. */
  prelude(): Promise<string> | null;
  /** It has run, or could not. */
  onPreludeFinished(error: string | null): void;
  status(status: Status): void;
  announce(text: string): void;
  /** A run of the cell's own code has ended. */
  ended(cell: Cell, result: ExecuteResult): void;
  /** The cell, or what stands for it, has run without an error that was not meant; the next one waits for the promise. */
  ran(cell: Cell): Promise<void>;
  /** Python waits where it is, or goes on. */
  paused(paused: boolean): void;
  /** The cells that had run are forgotten: Python was started again. */
  forgotten(cells: Cell[]): void;
}

export interface RunOptions {
  /** The old output stays until there is a new one. */
  keep?: boolean;
  /** The control of this cell asked for the run: a newer value may take its place. */
  controlOf?: Cell;
}

interface Job extends RunOptions {
  cell: Cell;
  /** A newer value of the control has ended it. */
  replaced?: boolean;
  /** The reader asked for this cell, and not only for cells below it. */
  asked: boolean;
  /** The code from a link that the reader saw when he pressed this very cell's button. */
  accepted: string | null;
}

interface Batch {
  jobs: Job[];
  total: number;
  /** Goes before the first job's name in the status line. */
  why: string;
  settle: (complete: boolean) => void;
}

function isInterrupt({ status, ename }: ExecuteResult): boolean {
  return status === 'error' && errorName(ename ?? '') === 'KeyboardInterrupt';
}

export class Runner {
  private kernel: PageKernel | null = null;
  private loading: Promise<PageKernel> | null = null;
  private state: KernelState = 'not-started';
  private detail: StateDetail | undefined;
  private readonly batches: Batch[] = [];
  private current: Batch | null = null;
  private draining = false;
  private activity: string | null = null;
  private outcome = '';
  private readonly seen = new Set<Cell>();
  /** Those of them for which other code ran. */
  private readonly solved = new Set<Cell>();
  private readonly executions = new Map<number, Cell>();
  private needsPrelude = true;
  /** The reader asked for Python; a start ahead of need may fail in silence. */
  private userInitiated = false;
  private disposed = false;
  /** Why a part of the page could not be loaded, while Python itself is well. */
  private lost: string | null = null;
  /** What a start that failed, or a part that was lost, left waiting. */
  private failedCells: Cell[] = [];

  constructor(
    private readonly host: RunnerHost,
    /** Fetches the kernel's script; called again where it was lost. */
    private readonly loadKernel: () => Promise<PageKernel>,
  ) {
    this.report();
  }

  get busy(): boolean {
    return this.draining || this.state === 'running' || this.state === 'starting';
  }

  get started(): boolean {
    return this.state !== 'not-started';
  }

  /** Whether Python would answer at once. */
  get idle(): boolean {
    return !this.draining && (this.state === 'ready' || this.state === 'stopped');
  }

  cellOf(execution: number): number | undefined {
    return this.executions.get(execution)?.number;
  }

  hasRun(cell: Cell): boolean {
    return this.seen.has(cell);
  }

  /** Whether this Python has the solution's code for it, not the cell's own. */
  ranSolution(cell: Cell): boolean {
    return this.solved.has(cell);
  }

  /** Fetches what a start needs, at the first sign that the reader will run something. */
  prefetch(): void {
    if (this.kernel || this.loading) return;
    this.load().then(
      (kernel) => kernel.prefetch(),
      () => undefined,
    );
  }

  /** Runs the cell, after those above it that this Python has not run. Resolves when it has run. */
  run(target: Cell, options: RunOptions = {}): Promise<boolean> {
    const plan = planRun(this.host.cells, target, (cell) => this.seen.has(cell) || this.isQueued(cell));
    const above = plan.cells.slice(0, -1).map(({ number }) => number);
    const why = above.length ? `${cellRange(above)} first, which cell ${target.number} needs: ` : '';
    return this.enqueue(plan, (cell) => cell === target, why, options, target.fromLink ? target : null);
  }

  /** Runs the cells in the order given, after those above the first that have not run. */
  runSeries(cells: readonly Cell[], options: RunOptions = {}): Promise<boolean> {
    const plan = planSeries(this.host.cells, cells, (cell) => this.seen.has(cell));
    return this.enqueue(plan, (cell) => cells.includes(cell), '', options);
  }

  runAll(): Promise<boolean> {
    return this.enqueue(planAll(this.host.cells), () => false, '', {});
  }

  /** Runs code of the page's own after all that waits; its output goes nowhere. */
  async runSilently(code: string): Promise<ExecuteResult> {
    const kernel = await this.ready();
    return kernel.execute(code, () => undefined, { silent: true });
  }

  async evaluate(expressions: Record<string, string>): Promise<Record<string, string>> {
    return (await this.ready()).evaluate(expressions);
  }

  /** The value of an expression, by media type. */
  async describe(expression: string): Promise<Record<string, unknown>> {
    return (await (await this.ready()).describe({ value: expression })).value!;
  }

  /** The kernel, where it would answer at once; null otherwise. */
  get answering(): PageKernel | null {
    return this.idle ? this.kernel : null;
  }

  /** Holds running Python where it is, or lets it go on. */
  pause(paused: boolean): void {
    this.kernel?.pause(paused);
  }

  /** Ends the run that a control of the cell asked for, so that its newest value has its turn; false where none runs. */
  replace(cell: Cell): boolean {
    const job = this.running;
    if (!job?.asked || job.controlOf !== cell || this.state !== 'running') return false;
    job.replaced = true;
    this.kernel?.nudge();
    return true;
  }

  async stop(): Promise<void> {
    this.abandon();
    if (this.kernel && (this.state === 'running' || this.state === 'starting')) {
      if ((await this.kernel.interrupt()) === 'restarted') this.forget();
    }
    this.report();
  }

  async restart(): Promise<void> {
    this.lost = null;
    this.abandon();
    this.forget();
    this.outcome = 'Python was started again: variables and files are gone.';
    try {
      await (this.kernel ? this.kernel.restart() : this.ready());
    } catch {
      // The state's listener has already said why.
    }
    this.report();
  }

  /** Starts again what failed, and runs what waited for it. */
  async retry(): Promise<void> {
    const cells = this.failedCells.splice(0);
    const { lost } = this;
    this.lost = null;
    if (lost && !cells.length) this.report();
    else if (cells.length) await this.runSeries(cells);
    else await this.restart();
  }

  dispose(): void {
    this.disposed = true;
    this.abandon();
    this.kernel?.dispose();
  }

  private isQueued(cell: Cell): boolean {
    return this.running?.cell === cell || [this.current, ...this.batches].some((batch) => batch?.jobs.some((job) => job.cell === cell));
  }

  private enqueue(
    { cells, blocked }: Plan<Cell>,
    asked: (cell: Cell) => boolean,
    why: string,
    options: RunOptions,
    pressed: Cell | null = null,
  ): Promise<boolean> {
    if (blocked) {
      this.refuse(blocked);
      if (!blocked.element.contains(document.activeElement)) blocked.focus();
      return Promise.resolve(false);
    }
    this.lost = null;
    this.failedCells = [];
    return new Promise((settle) => {
      const jobs = cells.map((cell) => ({ ...options, cell, asked: asked(cell), accepted: cell === pressed ? cell.code : null }));
      for (const { cell } of jobs) if (cell !== this.running?.cell) cell.show('queued', 'Waiting');
      this.batches.push({ jobs, total: jobs.length, why, settle });
      void this.drain();
    });
  }

  private refuse(cell: Cell): void {
    this.outcome = `Cell ${cell.number} holds code from a link. Read it, then run it yourself or put it aside; it was not run.`;
    this.report();
    this.host.announce(this.outcome);
  }

  private running: Job | null = null;

  private async drain(): Promise<void> {
    if (this.draining) return;
    this.draining = true;
    try {
      for (let batch = this.batches.shift(); batch; batch = this.batches.shift()) {
        this.current = batch;
        batch.settle(await this.runBatch(batch));
        this.current = null;
      }
    } finally {
      this.current = null;
      this.draining = false;
      this.activity = null;
      if (!this.disposed) this.report();
    }
  }

  private async runBatch(batch: Batch): Promise<boolean> {
    for (let job = batch.jobs.shift(); job; job = batch.jobs.shift()) {
      this.running = job;
      const place = batch.total > 1 ? `, ${batch.total - batch.jobs.length} of ${batch.total}` : '';
      this.activity = `${batch.why}cell ${job.cell.number}${place}`;
      this.outcome = '';
      this.report();
      const complete = await this.runJob(job).finally(() => (this.running = null));
      if (!complete) {
        for (const { cell } of batch.jobs) cell.show('stopped', 'Not run');
        batch.jobs.length = 0;
        return false;
      }
    }
    return true;
  }

  /** Resolves with whether the cells after this one may run. */
  private async runJob(job: Job): Promise<boolean> {
    const { cell } = job;
    let kernel: PageKernel;
    const prepared = this.host.prepare(cell);
    prepared.catch(() => undefined);
    try {
      // In this order: Retry is offered when nothing is under way any more.
      kernel = await this.ready();
      await prepared.catch((error: unknown) => this.lose('what shows outputs', error));
    } catch {
      cell.show('stopped', 'Not run');
      return false;
    }
    if (this.disposed || this.running !== job) return false;
    // A link may have come while the cell waited.
    if (cell.fromLink && cell.code !== job.accepted) {
      cell.show('stopped', 'Not run');
      this.refuse(cell);
      return false;
    }
    const solution = job.asked ? null : this.host.solutionFor(cell);
    if (solution) return this.runSolution(kernel, cell, solution);
    cell.begin({ keep: job.keep ?? false });
    let execution: number | undefined;
    const result = await kernel
      .execute(
        cell.code,
        (message) => {
          if (!(job.replaced && message.type === 'execute_error')) cell.output?.message(message);
        },
        {
          onCount: (count) => {
            execution = count;
            this.executions.set(count, cell);
          },
          onInput: (prompt, password) => cell.ask(prompt, password),
        },
      )
      .catch((error: unknown): ExecuteResult => ({ status: 'aborted', evalue: String(error) }));
    if (result.status !== 'aborted') this.seen.add(cell);
    this.solved.delete(cell);
    if (job.replaced && isInterrupt(result)) {
      // No error of the reader's: the next run of the cell follows at once.
      cell.end({ status: 'ok' }, undefined);
      cell.show('stopped', 'Waiting');
      return false;
    }
    cell.end(result, execution);
    this.conclude(cell, result);
    this.host.ended(cell, result);
    const goesOn = result.status === 'ok' || (result.status === 'error' && cell.meantToFail);
    if (goesOn) await this.host.ran(cell);
    return goesOn;
  }

  private async runSolution(kernel: PageKernel, cell: Cell, { code, words }: SolutionRun): Promise<boolean> {
    cell.show('running', 'Running…');
    // Counted as every run is, or tracebacks would name the cells below by other numbers.
    const result = await kernel
      .execute(code, () => undefined)
      .catch((error: unknown): ExecuteResult => ({ status: 'aborted', evalue: String(error) }));
    if (result.status === 'ok') {
      this.seen.add(cell);
      this.solved.add(cell);
    }
    cell.show(result.status === 'ok' ? 'done' : 'error', words);
    if (result.status === 'ok') await this.host.ran(cell);
    return result.status === 'ok';
  }

  private conclude(cell: Cell, result: ExecuteResult): void {
    if (result.status === 'aborted') return;
    if (result.status === 'error') {
      const name = errorName(result.ename ?? 'an error');
      if (isInterrupt(result)) return;
      this.outcome = `Cell ${cell.number} raised ${name}${cell.meantToFail ? ', as it is meant to' : ''}.`;
      this.host.announce(`Cell ${cell.number} raised ${name}: ${result.evalue ?? ''}`.slice(0, 300));
    } else {
      this.host.announce(`Cell ${cell.number} has run. ${cell.outputSummary()}`);
    }
  }

  private async load(): Promise<PageKernel> {
    this.loading ??= this.loadKernel().then((kernel) => {
      kernel.onState((state, detail) => this.changed(state, detail));
      this.kernel = kernel;
      if (this.disposed) kernel.dispose();
      return kernel;
    });
    this.loading.catch((error: unknown) => {
      this.loading = null;
      // A start ahead of need may fail in silence.
      if (this.userInitiated)
        this.changed('failed', {
          error: new Error(`The page's Python could not be loaded (${String(error)}). Check the network, then press Retry.`),
        });
    });
    return this.loading;
  }

  private async ready(): Promise<PageKernel> {
    this.userInitiated = true;
    const kernel = await this.load();
    await kernel.start();
    if (this.needsPrelude) {
      this.needsPrelude = false;
      const prelude = await Promise.resolve(this.host.prelude()).catch((error: unknown) => {
        this.needsPrelude = true;
        return this.lose('what runs your own engine', error);
      });
      const result = prelude ? await kernel.execute(prelude, () => undefined, { silent: true }) : null;
      if (result) this.host.onPreludeFinished(result.status === 'ok' ? null : (result.evalue ?? 'it was stopped'));
      if (result && result.status !== 'ok') {
        this.needsPrelude = true;
        this.outcome = 'Your own engine cannot run this chapter.';
        this.host.announce(`${this.outcome} ${result.evalue ?? ''}`);
        throw new Error(this.outcome);
      }
    }
    return kernel;
  }

  private changed(state: KernelState, detail?: StateDetail): void {
    const before = this.state;
    // The kernel takes a failed start ahead of need back; one that the reader waited for stays failed.
    if (state === 'not-started' && before === 'failed' && this.userInitiated) return;
    if (state === 'starting' && before !== 'starting') this.host.announce('');
    this.state = state;
    this.detail = detail;
    if (detail?.paused !== undefined) this.host.paused(detail.paused);
    if (state === 'failed') {
      const waiting = this.waiting();
      if (before === 'starting' || before === 'not-started' || before === 'failed')
        this.failedCells = waiting.length ? waiting : this.failedCells;
      else this.failedCells = [];
      this.abandon();
      this.forget();
      if (before !== 'failed' && this.userInitiated)
        this.host.announce(describe({ kernel: state, detail, activity: null, outcome: '' }).text);
    }
    this.report();
  }

  /** Says that a part of the page is lost, and keeps what waits for it for Retry. */
  private lose(part: string, error: unknown): never {
    this.lost = `The page could not load ${part} (${String(error)}). Check the network, then press Retry.`;
    this.failedCells = [...new Set([...this.failedCells, ...this.waiting()])];
    this.report();
    this.host.announce(this.lost);
    throw new Error(this.lost);
  }

  private waiting(): Cell[] {
    const batches = [this.current, ...this.batches].flatMap((batch) => batch?.jobs ?? []);
    return [...(this.running ? [this.running] : []), ...batches].map(({ cell }) => cell);
  }

  /** Takes back what waits to run. */
  private abandon(): void {
    for (const batch of [this.current, ...this.batches.splice(0)]) {
      if (!batch) continue;
      for (const { cell } of batch.jobs.splice(0)) cell.show('stopped', 'Not run');
      if (batch !== this.current) batch.settle(false);
    }
  }

  private forget(): void {
    const gone = [...this.seen];
    this.seen.clear();
    this.solved.clear();
    this.executions.clear();
    this.needsPrelude = true;
    if (gone.length) this.host.forgotten(gone);
  }

  private report(): void {
    if (this.disposed) return;
    const state = this.lost
      ? describe({ kernel: 'failed', detail: { reason: this.lost }, activity: null, outcome: '' })
      : describe({ kernel: this.state, detail: this.detail, activity: this.activity, outcome: this.outcome });
    this.host.status(state);
  }
}
