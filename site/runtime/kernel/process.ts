/** One started Python: its worker, the session with it, and its end. */

import workerFile from 'separate:./worker/main';
import { beside } from './addresses';
import { StdinChannel } from './signals/stdin.page';
import { InterruptSignal } from './signals/interrupt.page';
import { readLiteSettings } from './lite-settings';
import { readDigest } from './snapshot/digest.page';
import { findSnapshot } from './snapshot/store';
import { PauseSignal } from './signals/pause.page';
import type { PageMessage, WorkerEvent } from './protocol';
import { Session } from './session';
import type { Progress } from './types';

/** Browsers remember that a module could not be loaded: another attempt needs another address. */
let failedStarts = 0;

/** Graphviz gives its drawings this class. */
const GRAPH = 'svg > .graph';
const WAITING_CELL = '.live-cell[data-state="queued"]';

export interface ProcessEvents {
  progress(progress: Progress): void;
  /** Python waits for a line of text: for `answer`. */
  input(prompt: string, password: boolean): void;
  /** Python waits since `pause(true)`, or goes on. */
  paused(paused: boolean): void;
}

export class KernelProcess {
  /** Resolves when Python is ready. */
  readonly session: Promise<Session>;
  /** Resolves when Python is gone: with the reason, or with nothing when the page disposed of it. */
  readonly closed: Promise<string | undefined>;
  #interrupt = new InterruptSignal();
  #stdin = new StdinChannel();
  #pauseSignal = new PauseSignal();

  #worker: Worker;
  #graphviz = false;
  #close!: (reason?: string) => void;
  #disposed = new AbortController();

  constructor(private events: ProcessEvents) {
    this.closed = new Promise((resolve) => (this.#close = resolve));
    this.#worker = new Worker(retryUrl(workerFile), { type: 'module', name: 'python' });
    this.#worker.addEventListener('message', (event: MessageEvent<WorkerEvent | null>) => {
      // Code in a cell can post anything. What is no object is for none of the listeners that come behind this one.
      if (typeof event.data === 'object' && event.data !== null) this.#handle(event.data);
      else event.stopImmediatePropagation();
    });
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#close(event.message ? `Python's worker failed: ${event.message}` : "Python's worker could not be loaded");
    });
    this.loadGraphvizIfNeeded();
    void this.#sendSnapshot();
    this.session = this.#start();
    this.session.then(
      () => {
        if (!document.querySelector(WAITING_CELL)) this.loadGraphviz();
      },
      // Whoever waits for the session hears of a failure; nobody else need.
      () => undefined,
    );
  }

  /** Load Graphviz beside Python's own files where a cell that waits draws a graph; any other has its output first. */
  loadGraphvizIfNeeded(): void {
    if (document.querySelector(`${WAITING_CELL} ${GRAPH}`)) this.loadGraphviz();
  }

  /** Load Graphviz, once, where the page draws graphs. */
  loadGraphviz(): void {
    if (this.#graphviz || !document.querySelector(GRAPH)) return;
    this.#graphviz = true;
    this.#post({ drawsGraphs: true });
  }

  /** Raise KeyboardInterrupt in running code, and cancel the cell where it awaits. */
  interrupt(): void {
    this.#interrupt.trigger();
    this.#post({ interrupted: this.#interrupt.url });
  }

  /** Answer Python's question; `undefined` when it was closed. */
  answer(text: string | undefined): void {
    this.#stdin.answer(text);
  }

  /** Hold running Python where it is, or let it go on. */
  pause(paused: boolean): void {
    this.#pauseSignal.set(paused);
  }

  /** To be called while Python is idle: the next run begins without a pause. */
  clearPauses(): void {
    const pauses = this.#pauseSignal.renew();
    if (pauses) this.#post({ pauses });
  }

  dispose(): void {
    this.#disposed.abort();
    this.#close();
    this.#worker.terminate();
    this.#interrupt.dispose();
    this.#stdin.dispose();
    this.#pauseSignal.dispose();
  }

  async #start(): Promise<Session> {
    try {
      const session = this.#open();
      session.catch(() => undefined);
      const reason = this.closed.then((why) => {
        throw new Error(why ?? 'The start was stopped');
      });
      reason.catch(() => undefined);
      return await Promise.race([session, reason]);
    } catch (error) {
      failedStarts += 1;
      throw readable(error);
    }
  }

  async #open(): Promise<Session> {
    const session = new Session(this.#worker);
    const [settings] = await Promise.all([readLiteSettings(), this.#stdin.fill(), this.#pauseSignal.fill()]);
    this.#disposed.signal.throwIfAborted();
    await session.start(settings, {
      interrupt: this.#interrupt.url,
      stdin: this.#stdin.urls,
      pauses: this.#pauseSignal.urls,
    });
    return session;
  }

  /** Read here what an earlier page has saved: the worker's thread has enough to do. */
  async #sendSnapshot(): Promise<void> {
    const read = await findSnapshot(workerFile, readDigest());
    this.#post({ hasSnapshot: read !== undefined });
    const snapshot = await read?.().catch(() => null);
    if (snapshot !== undefined) this.#post({ snapshot }, snapshot ? Object.values(snapshot) : []);
  }

  #post(message: PageMessage, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #handle(event: WorkerEvent): void {
    if ('progress' in event) this.events.progress(event.progress);
    else if ('fatal' in event) this.#close(event.fatal);
    else if ('input' in event) this.events.input(event.input.prompt, event.input.password);
    else if ('paused' in event) this.events.paused(event.paused);
    else if ('alive' in event) this.#watch(event.alive);
  }

  /** A worker that is killed cannot say so, but its lock falls free. */
  #watch(lock: string): void {
    const signal = this.#disposed.signal;
    navigator.locks.request(lock, { signal }, () => this.#close('Python was ended by the browser')).catch(() => undefined);
  }
}

function retryUrl(file: string): string {
  return beside(failedStarts ? `${file}?attempt=${failedStarts}` : file);
}

/** What a reader can understand, and do, about a start that failed. */
function readable(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (!navigator.onLine) {
    return new Error('Python could not be loaded: there is no network connection. Connect and try again.', { cause: error });
  }
  if (/fetch|load|network|import/i.test(message)) {
    return new Error(`Python could not be loaded (${message}). Check the connection and try again.`, { cause: error });
  }
  return new Error(`Python could not start: ${message}`, { cause: error });
}
