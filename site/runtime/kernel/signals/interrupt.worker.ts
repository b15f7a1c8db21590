/**
 * Pyodide's interrupt buffer, without shared memory.
 *
 * Python reads element 0 of its interrupt buffer every few thousand instructions. A getter stands
 * there, and answers at most every `POLL_MS` by reading the page's object URL synchronously:
 * it answers until the page interrupts.
 */

import type { InterruptUrl } from '../protocol';
import { exists } from './object-urls.worker';

/** Milliseconds between polls; each costs a fraction of a millisecond. */
const POLL_MS = 150;
/**
 * Milliseconds that code has to end after each KeyboardInterrupt before it gets another. Code that catches them all
 * gets them ever faster: one that comes between two attempts ends a loop, and the variables stay.
 */
const REPEAT_MS = [300, 300, 100, 100, 30, 30];
/** The same after those: whenever Python reads the buffer. */
const REPEAT_EACH_POLL_MS = 0;
const SIGINT = 2;

export class InterruptBuffer {
  /** Whether a cell runs: an interrupt is not for Python that is the page's own, and waits. */
  enabled = false;
  #url: InterruptUrl | undefined;
  #received = false;
  #nextPoll = 0;
  #raised = 0;
  #onPoll: () => void;

  /** `onPoll` is called before each poll, even while Python computes; it may wait. */
  constructor(onPoll: () => void) {
    this.#onPoll = onPoll;
  }

  set url(url: InterruptUrl) {
    this.#url = url;
  }

  /**
   * The page's message of an interrupt has arrived while a cell runs: so the cell awaits, or
   * sleeps with its stack put aside. A sleep polls; an `await` is cancelled by other means.
   */
  receive(url: InterruptUrl): void {
    this.#received = true;
    this.#url = url;
  }

  /** The cell has ended, or shows its error: this URL asks for nothing any more. */
  acknowledge(): void {
    this.#received = false;
    this.#raised = 0;
    if (this.#url !== undefined && !exists(this.#url)) this.#url = undefined;
  }

  /**
   * Whether the page wants Python to stop, for as long as nothing was heard of it: a
   * KeyboardInterrupt that is raised in a finalizer is swallowed, so one may not be enough.
   */
  get requested(): boolean {
    return this.#url !== undefined && !exists(this.#url);
  }

  get requestedDuringSleep(): boolean {
    return this.#received || this.requested;
  }

  /** Run Python of a cell, `enabled`, or the page's own in the midst of one. */
  run<T>(enabled: boolean, call: () => T): T {
    const before = this.enabled;
    this.enabled = enabled;
    try {
      return call();
    } finally {
      this.enabled = before;
    }
  }

  get 0(): number {
    if (!this.enabled || performance.now() < this.#nextPoll) return 0;
    this.#onPoll();
    const { requested } = this;
    this.#nextPoll = performance.now() + (requested ? (REPEAT_MS[this.#raised++] ?? REPEAT_EACH_POLL_MS) : POLL_MS);
    return requested ? SIGINT : 0;
  }

  /** Pyodide clears the buffer once it has seen the signal. */
  set 0(_: number) {}
}
