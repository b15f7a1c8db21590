/**
 * How the page answers Python's `input()` without shared memory.
 *
 * The waiting worker can only see whether an address still exists. So the page puts the answer into
 * a blob, spells the blob's identifier in 128 addresses by revoking those that stand for a 1, and
 * then revokes the doorbell. The answer brings the addresses for the next question.
 */

import type { InputAddresses, InputAnswer } from './protocol';

const BITS = 128;

export class InputLine {
  addresses: InputAddresses = makeAddresses();

  /** Answer the worker that waits; `undefined` when the question was closed. */
  answer(text: string | undefined): void {
    const { doorbell, bits } = this.addresses;
    this.addresses = makeAddresses();
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

function makeAddresses(): InputAddresses {
  return { doorbell: makeAddress(''), bits: Array.from({ length: BITS }, () => makeAddress('')) };
}

/** WebKit answers a synchronous request for a blob only when the blob has a type. */
function makeAddress(content: string): string {
  return URL.createObjectURL(new Blob([content], { type: 'text/plain' }));
}
