/**
 * How the page answers Python's `input()` without shared memory.
 *
 * The waiting worker can only see whether an address still exists. So the page puts the answer into
 * a blob, spells the blob's identifier in 128 addresses by revoking those that stand for a 1, and
 * then revokes the doorbell. The answer brings the addresses for the next question.
 */

import { fillWithAddresses, makeAddress, makeAddresses } from './blob-addresses';
import type { InputAddresses, InputAnswer } from './protocol';

const BITS = 128;

export class InputLine {
  addresses: InputAddresses = { doorbell: makeAddress(''), bits: [] };

  /** Make the addresses for the first question. */
  fill(): Promise<void> {
    return fillWithAddresses(this.addresses.bits, BITS);
  }

  /** Answer the worker that waits; `undefined` when the question was closed. */
  answer(text: string | undefined): void {
    const { doorbell, bits } = this.addresses;
    this.addresses = { doorbell: makeAddress(''), bits: makeAddresses(BITS) };
    const answer: InputAnswer = { text: text ?? null, next: this.addresses };
    const identifier = makeAddress(JSON.stringify(answer)).slice(-36).replaceAll('-', '');
    bits.forEach((address, position) => {
      const digit = parseInt(identifier[position >> 2]!, 16);
      if ((digit >> (3 - (position & 3))) & 1) URL.revokeObjectURL(address);
    });
    URL.revokeObjectURL(doorbell);
  }

  dispose(): void {
    [this.addresses.doorbell, ...this.addresses.bits].forEach((address) => URL.revokeObjectURL(address));
  }
}
