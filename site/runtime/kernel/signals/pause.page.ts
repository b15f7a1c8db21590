/**
 * How the page holds running Python, and lets it go on, without shared memory.
 *
 * A worker that runs Python cannot receive messages, but it can see whether an object URL
 * still answers. It gets a row of them; the page revokes one at each change, so that Python is to wait
 * while an odd number is gone. What was used is replaced between two runs.
 */

import { fillWithObjectUrls, makeObjectUrls } from './object-urls.page';

const CHANGES = 200;

export class PauseSignal {
  urls: string[] = [];
  #changes = 0;

  /** Make the first row. */
  fill(): Promise<void> {
    return fillWithObjectUrls(this.urls, CHANGES);
  }

  /** Whether there was still a URL left to say so with: an odd one is never the last. */
  set(paused: boolean): boolean {
    if (this.paused === paused) return true;
    if (this.#changes === CHANGES) return false;
    URL.revokeObjectURL(this.urls[this.#changes]!);
    this.#changes += 1;
    return true;
  }

  get paused(): boolean {
    return this.#changes % 2 === 1;
  }

  /** A fresh row, where the last run has used some of this one; the worker is to be told. */
  renew(): string[] | undefined {
    if (!this.#changes) return undefined;
    this.dispose();
    this.urls = makeObjectUrls(CHANGES);
    this.#changes = 0;
    return this.urls;
  }

  dispose(): void {
    for (const url of this.urls.slice(this.#changes)) URL.revokeObjectURL(url);
  }
}
