/**
 * How the page holds running Python, and lets it go on, without shared memory.
 *
 * A worker that runs Python cannot receive messages, but it can see whether an address still
 * exists. It gets a row of them; the page revokes one at each change, so that Python is to wait
 * while an odd number is gone. What was used is replaced between two runs.
 */

import { fillWithAddresses, makeAddresses } from './blob-addresses';

const CHANGES = 200;

export class Pausing {
  addresses: string[] = [];
  #changes = 0;

  /** Make the first row. */
  fill(): Promise<void> {
    return fillWithAddresses(this.addresses, CHANGES);
  }

  /** Whether there was still an address left to say so with: an odd one is never the last. */
  set(paused: boolean): boolean {
    if (this.paused === paused) return true;
    if (this.#changes === CHANGES) return false;
    URL.revokeObjectURL(this.addresses[this.#changes]!);
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
    this.addresses = makeAddresses(CHANGES);
    this.#changes = 0;
    return this.addresses;
  }

  dispose(): void {
    for (const address of this.addresses.slice(this.#changes)) URL.revokeObjectURL(address);
  }
}
