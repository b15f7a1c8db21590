/** One started Python: its worker, the session with it, and the news of its death. */

import workerFile from 'separate:./worker/main';
import { beside } from './addresses';
import { InputLine } from './input-line';
import { Interruption } from './interruption';
import { readLiteSettings } from './lite-settings';
import { readSeal } from './memory-seal';
import { find } from './memory-store';
import { Pausing } from './pausing';
import type { PageMessage, WorkerNote } from './protocol';
import { Session } from './session';
import type { Progress } from './types';

/** Browsers remember that a module could not be loaded: another attempt needs another address. */
let failedStarts = 0;

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
  readonly gone: Promise<string | undefined>;
  #interruption = new Interruption();
  #input = new InputLine();
  #pausing = new Pausing();

  #worker: Worker;
  #bury!: (reason?: string) => void;
  #disposed = new AbortController();

  constructor(private events: ProcessEvents) {
    this.gone = new Promise((resolve) => (this.#bury = resolve));
    this.#worker = new Worker(attempt(workerFile), { type: 'module', name: 'python' });
    this.#worker.addEventListener('message', (event: MessageEvent<WorkerNote | null>) => {
      // Code in a cell can post anything. What is no object is for none of the listeners that come behind this one.
      if (typeof event.data === 'object' && event.data !== null) this.#note(event.data);
      else event.stopImmediatePropagation();
    });
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#bury(event.message ? `Python's worker failed: ${event.message}` : "Python's worker could not be loaded");
    });
    // Graphviz gives its drawings this class.
    if (document.querySelector('svg > .graph')) this.#post({ drawsGraphs: true });
    void this.#bringMemory();
    this.session = this.#start();
    // Whoever waits for the session hears of a failure; nobody else need.
    this.session.catch(() => undefined);
  }

  /** Raise KeyboardInterrupt in running code, and cancel the cell where it awaits. */
  interrupt(): void {
    this.#interruption.trigger();
    this.#post({ interrupted: this.#interruption.address });
  }

  /** Answer Python's question; `undefined` when it was closed. */
  answer(text: string | undefined): void {
    this.#input.answer(text);
  }

  /** Hold running Python where it is, or let it go on. */
  pause(paused: boolean): void {
    this.#pausing.set(paused);
  }

  /** To be called while Python is idle: the next run begins without a pause. */
  clearPauses(): void {
    const pauses = this.#pausing.renew();
    if (pauses) this.#post({ pauses });
  }

  dispose(): void {
    this.#disposed.abort();
    this.#bury();
    this.#worker.terminate();
    this.#interruption.dispose();
    this.#input.dispose();
    this.#pausing.dispose();
  }

  async #start(): Promise<Session> {
    try {
      const session = this.#open();
      session.catch(() => undefined);
      const reason = this.gone.then((why) => {
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
    const [settings] = await Promise.all([readLiteSettings(), this.#input.fill(), this.#pausing.fill()]);
    this.#disposed.signal.throwIfAborted();
    await session.start(settings, {
      interruption: this.#interruption.address,
      input: this.#input.addresses,
      pauses: this.#pausing.addresses,
    });
    return session;
  }

  /** Read here what an earlier page has kept: the worker's thread has enough to do. */
  async #bringMemory(): Promise<void> {
    const read = await find(workerFile, readSeal());
    this.#post({ remembers: read !== undefined });
    const kept = await read?.().catch(() => null);
    if (kept !== undefined) this.#post({ kept }, kept ? Object.values(kept) : []);
  }

  #post(message: PageMessage, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #note(note: WorkerNote): void {
    if ('progress' in note) this.events.progress(note.progress);
    else if ('fatal' in note) this.#bury(note.fatal);
    else if ('input' in note) this.events.input(note.input.prompt, note.input.password);
    else if ('paused' in note) this.events.paused(note.paused);
    else if ('alive' in note) this.#watch(note.alive);
  }

  /** A worker that is killed cannot say so, but its lock falls free. */
  #watch(lock: string): void {
    const signal = this.#disposed.signal;
    navigator.locks.request(lock, { signal }, () => this.#bury('Python was ended by the browser')).catch(() => undefined);
  }
}

function attempt(file: string): string {
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
