/**
 * Pyodide's interrupt buffer, without shared memory.
 *
 * Python reads element 0 of its interrupt buffer every few thousand instructions. A getter stands
 * there, and answers at most every `POLL_MS` by reading the page's address synchronously: the
 * address lives until the page interrupts.
 */

import type { InterruptionAddress } from '../protocol';
import { exists } from './addresses';

/** Milliseconds between looks; each costs a fraction of a millisecond. */
const POLL_MS = 150;
/**
 * Milliseconds that code has to end after each KeyboardInterrupt before it gets another. Code that catches them all
 * gets them ever faster: one that comes between two attempts ends a loop, and the variables stay.
 */
const REPEAT_MS = [300, 300, 100, 100, 30, 30];
/** The same after those: at each look of Python. */
const REPEAT_EACH_POLL_MS = 0;
const SIGINT = 2;

export class Interruption {
  /** Whether a cell runs: an interrupt is not for Python that is the page's own, and waits. */
  listening = false;
  #address: InterruptionAddress | undefined;
  #arrived = false;
  #next = 0;
  #raised = 0;
  #look: () => void;

  /** `look` is called at each chance, even while Python computes; it may wait. */
  constructor(look: () => void) {
    this.#look = look;
  }

  set address(address: InterruptionAddress) {
    this.#address = address;
  }

  /**
   * The page's message of an interrupt has arrived while a cell runs: so the cell awaits, or
   * sleeps with its stack put aside. A sleep is to look; an `await` is cancelled by other means.
   */
  arrived(address: InterruptionAddress): void {
    this.#arrived = true;
    this.#address = address;
  }

  /** The cell has ended, or shows its error: this address asks for nothing any more. */
  heard(): void {
    this.#arrived = false;
    this.#raised = 0;
    if (this.#address !== undefined && !exists(this.#address)) this.#address = undefined;
  }

  /**
   * Whether the page wants Python to stop, for as long as nothing was heard of it: a
   * KeyboardInterrupt that is raised in a finalizer is swallowed, so one may not be enough.
   */
  get requested(): boolean {
    return this.#address !== undefined && !exists(this.#address);
  }

  get requestedOfSleep(): boolean {
    return this.#arrived || this.requested;
  }

  /** Run Python of a cell, `listening`, or the page's own in the midst of one. */
  while<T>(listening: boolean, run: () => T): T {
    const before = this.listening;
    this.listening = listening;
    try {
      return run();
    } finally {
      this.listening = before;
    }
  }

  get 0(): number {
    if (!this.listening || performance.now() < this.#next) return 0;
    this.#look();
    const { requested } = this;
    this.#next = performance.now() + (requested ? (REPEAT_MS[this.#raised++] ?? REPEAT_EACH_POLL_MS) : POLL_MS);
    return requested ? SIGINT : 0;
  }

  /** Pyodide clears the buffer once it has seen the signal. */
  set 0(_: number) {}
}
