/**
 * How the page interrupts running Python without shared memory.
 *
 * A worker that runs Python cannot receive messages, but it can read an address synchronously.
 * The page makes an address out of a blob, and revokes it to interrupt.
 */

import { makeAddress } from './blob-addresses';
import type { InterruptionAddress } from './protocol';

export class Interruption {
  address: InterruptionAddress = makeAddress('running');

  /** Let the next look of the worker fail. */
  trigger(): void {
    URL.revokeObjectURL(this.address);
    this.address = makeAddress('running');
  }

  dispose(): void {
    URL.revokeObjectURL(this.address);
  }
}
