/**
 * How the page interrupts running Python without shared memory.
 *
 * A worker that runs Python cannot receive messages, but it can read an address synchronously.
 * The page makes an address out of a blob, and revokes it to interrupt.
 */

import type { InterruptionAddress } from './protocol';

export class Interruption {
  address: InterruptionAddress = makeAddress();

  /** Let the next look of the worker fail. */
  trigger(): void {
    URL.revokeObjectURL(this.address);
    this.address = makeAddress();
  }

  dispose(): void {
    URL.revokeObjectURL(this.address);
  }
}

/** WebKit answers a synchronous request for a blob only when the blob has a type. */
function makeAddress(): InterruptionAddress {
  return URL.createObjectURL(new Blob(['running'], { type: 'text/plain' }));
}
