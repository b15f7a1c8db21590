/** The worker's end of a pause: see the page's `pause.page.ts`. */

import { exists } from './object-urls.worker';
import { sleep } from './sleep.worker';

/** Milliseconds between polls while Python waits. */
const POLL_MS = 50;

export class PauseSignal {
  #urls: readonly string[] = [];
  #revoked = 0;
  #report: (paused: boolean) => void;

  constructor(report: (paused: boolean) => void) {
    this.#report = report;
  }

  set urls(urls: readonly string[]) {
    this.#urls = urls;
    this.#revoked = 0;
  }

  /** Wait for as long as the page wants Python held, unless it is `interrupted` meanwhile. */
  wait(interrupted: () => boolean): void {
    if (!this.#requested()) return;
    this.#report(true);
    while (this.#requested() && !interrupted()) sleep(POLL_MS);
    this.#report(false);
  }

  #requested(): boolean {
    while (this.#revoked < this.#urls.length && !exists(this.#urls[this.#revoked]!)) this.#revoked += 1;
    return this.#revoked % 2 === 1;
  }
}
