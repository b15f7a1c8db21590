/** The worker's end of a pause: see the page's `pausing.ts`. */

import { exists } from './addresses';
import { sleep } from './sleep';

/** Milliseconds between looks while Python waits. */
const POLL_MS = 50;

export class Pausing {
  #addresses: readonly string[] = [];
  #gone = 0;
  #tell: (paused: boolean) => void;

  constructor(tell: (paused: boolean) => void) {
    this.#tell = tell;
  }

  set addresses(addresses: readonly string[]) {
    this.#addresses = addresses;
    this.#gone = 0;
  }

  /** Wait for as long as the page wants Python held, unless it is `interrupted` meanwhile. */
  wait(interrupted: () => boolean): void {
    if (!this.#requested()) return;
    this.#tell(true);
    while (this.#requested() && !interrupted()) sleep(POLL_MS);
    this.#tell(false);
  }

  #requested(): boolean {
    while (this.#gone < this.#addresses.length && !exists(this.#addresses[this.#gone]!)) this.#gone += 1;
    return this.#gone % 2 === 1;
  }
}
