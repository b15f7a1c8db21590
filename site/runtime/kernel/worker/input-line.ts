/** The worker's end of `input()`: see the page's `input-line.ts`. */

import type { InputAddresses, InputAnswer } from '../protocol';
import { exists, read } from './addresses';
import { sleep } from './sleep';

/** Milliseconds between looks at the doorbell. */
const POLL_MS = 100;

export class InputLine {
  addresses: InputAddresses | undefined;
  #ask: (prompt: string, password: boolean) => void;
  #interrupted: () => boolean;

  constructor(ask: (prompt: string, password: boolean) => void, interrupted: () => boolean) {
    this.#ask = ask;
    this.#interrupted = interrupted;
  }

  /** Wait for a line: its text, `true` when interrupted, `null` when the question was closed. */
  read(prompt: string, password: boolean): string | true | null {
    if (!this.addresses) return null;
    // A loop that catches the interrupt and asks again.
    if (this.#interrupted()) return true;
    const { doorbell, bits } = this.addresses;
    this.#ask(prompt, password);
    while (exists(doorbell)) {
      if (this.#interrupted()) return true;
      sleep(POLL_MS);
    }
    const { text, next } = JSON.parse(read(spelled(doorbell, bits))) as InputAnswer;
    this.addresses = next;
    return text;
  }
}

/** The address that the revoked ones of `bits` spell. */
function spelled(doorbell: string, bits: string[]): string {
  let digits = '';
  for (let position = 0; position < bits.length; position += 4) {
    const four = bits.slice(position, position + 4).map((address) => (exists(address) ? '0' : '1'));
    digits += parseInt(four.join(''), 2).toString(16);
  }
  const identifier = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return doorbell.slice(0, -identifier.length) + identifier;
}
