/** The page's kernel: one Python for all cells of a page. */

import { KernelProcess } from './process';
import type { ExecuteReply } from './protocol';
import type { OutputListener, Session } from './session';
import type { Completion, ExecuteOptions, ExecuteResult, Inspection, KernelState, StateDetail, StateListener } from './types';

export { saveSnapshotWhenIdle } from './snapshot/save-when-idle.page';
export type * from './types';

/** How long Python has to answer an interrupt before it is started again, in milliseconds. */
const INTERRUPT_TIMEOUT_MS = 3000;

/** After so long, expressions that are evaluated count as running code. */
const SLOW_MS = 1000;

const ABORTED: ExecuteResult = { status: 'aborted' };
const VARIABLES_GONE = 'Python could not be interrupted and was restarted: its variables and files are gone.';

export class PageKernel {
  #state: KernelState = 'not-started';
  #listeners = new Set<StateListener>();
  #process: KernelProcess | undefined;
  #started: Promise<void> | undefined;
  /** Whether the reader asked for the start: a failed one in the background is nobody's news. */
  #wanted = false;
  /** Requests are sent one at a time: JupyterLite drops those that wait when a cell fails. */
  #last: Promise<unknown> = Promise.resolve();
  /** Changes with every stop and restart; what was asked for before is then aborted. */
  #generation = 0;
  #onInput: ExecuteOptions['onInput'];
  /** The question that Python waits to be answered, by number; an older answer is nobody's. */
  #question = 0;

  constructor(private readonly interruptTimeout = INTERRUPT_TIMEOUT_MS) {}

  get state(): KernelState {
    return this.#state;
  }

  /** Hear of every change of state, and of progress while starting; returns how to stop hearing. */
  onState(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Start Python unless it is started; rejects with an error that a reader can read, and may be called again. */
  start(): Promise<void> {
    this.#wanted = true;
    this.#started ??= this.#start('ready');
    this.#process?.loadGraphvizIfNeeded();
    return this.#started;
  }

  /** Start in the background because the reader may soon run something. */
  prefetch(): void {
    if (this.#state !== 'not-started') return;
    this.#wanted = false;
    this.#started ??= this.#start('ready');
    this.#started.catch(() => {
      if (!this.#wanted && this.#state === 'failed') this.#become('not-started');
    });
  }

  async execute(code: string, onOutput: OutputListener, options: ExecuteOptions = {}): Promise<ExecuteResult> {
    const run = async (session: Session): Promise<ExecuteResult> => {
      this.#onInput = options.onInput;
      this.#process?.clearPauses();
      this.#become('running');
      if (options.silent) return resultOf(await session.executeSilently(code));
      session.executions += 1;
      options.onCount?.(session.executions);
      const process = this.#process;
      const reply = await session.execute(code, onOutput);
      process?.loadGraphviz();
      return { ...resultOf(reply), executionCount: session.executions };
    };
    const settle = () => {
      if (this.#state === 'running') this.#become('ready');
    };
    return (await this.#request(run, settle)) ?? ABORTED;
  }

  /** Values of Python expressions as text (their `repr`); rejects when one raises. */
  async evaluate(expressions: Record<string, string>): Promise<Record<string, string>> {
    const values = Object.entries(await this.describe(expressions));
    return Object.fromEntries(values.map(([name, data]) => [name, String(data['text/plain'] ?? '')]));
  }

  /** Values of Python expressions as IPython describes them, by media type; rejects when one raises. */
  async describe(expressions: Record<string, string>): Promise<Record<string, Record<string, unknown>>> {
    let slow: ReturnType<typeof setTimeout> | undefined;
    const reply = await this.#request(
      (session) => {
        // An expression that calls the reader's code may have no end: Stop is then there for it.
        slow = setTimeout(() => this.#become('running'), SLOW_MS);
        return session.executeSilently('', expressions);
      },
      () => {
        clearTimeout(slow);
        if (this.#state === 'running') this.#become('ready');
      },
    );
    if (reply?.status !== 'ok') throw new Error('Python was stopped before it had evaluated the expressions');
    const answers = reply.user_expressions ?? {};
    return Object.fromEntries(
      Object.keys(expressions).map((name) => {
        const answer = answers[name];
        if (answer?.status !== 'ok') {
          throw new Error(`${expressions[name]}: ${answer?.ename ?? 'no answer'}: ${answer?.evalue ?? ''}`);
        }
        return [name, answer.data];
      }),
    );
  }

  async complete(code: string, cursor: number): Promise<Completion> {
    const nothing = { matches: [], start: cursor, end: cursor };
    const content = await this.#request((session) => session.complete(code, cursor));
    if (content?.status !== 'ok') return nothing;
    const described = content.metadata['_jupyter_types_experimental'] as { type: string }[] | undefined;
    return {
      matches: content.matches,
      start: content.cursor_start,
      end: content.cursor_end,
      ...(described ? { types: described.map(({ type }) => type) } : {}),
    };
  }

  async inspect(code: string, cursor: number, detail: 0 | 1 = 0): Promise<Inspection> {
    const content = await this.#request((session) => session.inspect(code, cursor, detail));
    return content?.status === 'ok' ? { found: content.found, data: content.data } : { found: false, data: {} };
  }

  /** Stop what runs and forget what waits. Variables survive, unless it says `restarted`. */
  async interrupt(): Promise<'interrupted' | 'restarted'> {
    const process = this.#process;
    if (this.#state === 'starting') {
      this.#discard();
      this.#become('stopped', { reason: 'The start was stopped.' });
      return 'restarted';
    }
    if (!process || this.#state !== 'running') {
      return 'interrupted';
    }
    this.#generation += 1;
    this.#question += 1;
    const current = this.#last;
    process.interrupt();
    // Python's answer, not what the page has still to show.
    const answered = process.session.then((session) => session.answered);
    if (await within(this.interruptTimeout, Promise.race([answered, current]))) {
      await current;
      this.#become('stopped', { reason: 'Stopped. Variables are kept.' });
      return 'interrupted';
    }
    this.#discard();
    this.#started = this.#start('stopped', VARIABLES_GONE);
    await this.#started;
    return 'restarted';
  }

  /** Raise KeyboardInterrupt in what runs, once: what waits stays, and Python is never started again for it. */
  nudge(): void {
    if (this.#state === 'running') this.#process?.interrupt();
  }

  /** Hold running Python where it is, or let it go on; the state's `paused` says when it does. */
  pause(paused: boolean): void {
    if (this.#state === 'running') this.#process?.pause(paused);
  }

  /** End Python and start it afresh. */
  restart(): Promise<void> {
    this.#discard();
    return this.start();
  }

  dispose(): void {
    this.#discard();
    this.#listeners.clear();
    this.#state = 'not-started';
  }

  async #start(afterwards: 'ready' | 'stopped', reason?: string): Promise<void> {
    const process = new KernelProcess({
      progress: (progress) => {
        if (this.#process === process && this.#state === 'starting') this.#become('starting', { progress });
      },
      input: (prompt, password) => void this.#ask(process, prompt, password),
      paused: (paused) => {
        if (this.#process === process && this.#state === 'running') this.#become('running', { paused });
      },
    });
    this.#process = process;
    this.#become('starting', { progress: { text: 'Loading Python' } });
    try {
      await process.session;
    } catch (error) {
      process.dispose();
      if (this.#process === process) {
        this.#discard();
        this.#become('failed', { error: error as Error, reason: (error as Error).message });
      }
      throw error;
    }
    this.#become(afterwards, reason ? { reason } : {});
    void process.closed.then((death) => {
      if (death === undefined || this.#process !== process) return;
      this.#discard();
      this.#become('failed', { error: new Error(death), reason: `${death}. Its variables and files are gone; start it again.` });
    });
  }

  /** Wait for a turn, then ask; `undefined` when Python was stopped, restarted or died meanwhile. */
  #request<T>(ask: (session: Session) => Promise<T>, settle = () => {}): Promise<T | undefined> {
    const generation = this.#generation;
    const turn = this.#last.then(async () => {
      if (generation !== this.#generation) return undefined;
      await this.start();
      const process = this.#process;
      if (generation !== this.#generation || !process) return undefined;
      try {
        return await Promise.race([ask(await process.session), process.closed.then(() => undefined)]);
      } finally {
        if (this.#process === process) settle();
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #ask(process: KernelProcess, prompt: string, password: boolean): Promise<void> {
    const question = (this.#question += 1);
    const text = await this.#onInput?.(prompt, password).catch(() => undefined);
    if (question === this.#question) process.answer(text);
  }

  #discard(): void {
    this.#question += 1;
    this.#generation += 1;
    this.#last = Promise.resolve();
    this.#process?.dispose();
    this.#process = undefined;
    this.#started = undefined;
  }

  #become(state: KernelState, detail?: StateDetail): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state, detail);
  }
}

function resultOf(reply: ExecuteReply): ExecuteResult {
  if (reply.status === 'ok') return { status: 'ok' };
  const { ename, evalue, traceback } = reply;
  return { status: 'error', ename, evalue, traceback };
}

/** Whether a promise settles in time. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, milliseconds, false)));
  return Promise.race([promise.then(() => true), late]).finally(() => clearTimeout(timer));
}
