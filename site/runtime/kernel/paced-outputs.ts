/**
 * What runs show, handed on within a frame's time.
 *
 * A worker can send more than a page can draw: what has not been drawn waits here, with what would be cleared left out,
 * and the reader's presses come in between. Outputs that take long to draw come less often, so that there is time in
 * between.
 */

import { OutputQueue } from './output-queue';
import type { Output } from './protocol';

/** Milliseconds of a frame that outputs may take; the first of a frame comes at once. */
const BUDGET = 8;
/** Milliseconds from which on a page is felt to be slow. */
const LONG = 50;

export class PacedOutputs {
  #show: (output: Output) => void;
  #queue = new OutputQueue();
  #spent = 0;
  #frame: Promise<void> | undefined;

  constructor(show: (output: Output) => void) {
    this.#show = show;
  }

  /** A new run begins; its outputs are counted anew. */
  begin(): void {
    this.#queue.begin();
  }

  push(output: Output): void {
    this.#queue.push(output);
    this.#showSome();
  }

  /** Resolves when all that has come is shown. */
  async drained(): Promise<void> {
    while (this.#queue.length) await this.#nextFrame();
  }

  #showSome(): void {
    // A page in the background draws nothing, and would wait long.
    const start = performance.now();
    while (this.#queue.length && (document.hidden || this.#spent < BUDGET)) {
      const begun = performance.now();
      this.#queue.take(1).forEach((message) => this.#show(message as Output));
      this.#spent += performance.now() - begun;
    }
    if (this.#spent) void this.#nextFrame(start);
  }

  #nextFrame(start = performance.now()): Promise<void> {
    return (this.#frame ??= rest(start)
      .then(frame)
      .then(() => {
        this.#frame = undefined;
        this.#spent = 0;
        this.#showSome();
      }));
  }
}

/** What the page has drawn since `start` for too long. */
async function rest(start: number): Promise<void> {
  if (document.hidden) return;
  await sleep(0); // and the browser has drawn what the frame has shown
  const taken = performance.now() - start;
  if (taken > LONG) await sleep(taken - LONG);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The next frame's begin, also for a page that goes to the background meanwhile. */
function frame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, 250);
    const request = requestAnimationFrame(done);
    function done(): void {
      clearTimeout(timer);
      cancelAnimationFrame(request);
      resolve();
    }
  });
}
