/** The worker's end of `input()`: see the page's `stdin.page.ts`. */

import type { StdinUrls, StdinAnswer } from '../protocol';
import { exists, read } from './object-urls.worker';
import { sleep } from './sleep.worker';

/** Milliseconds between polls of `ready`. */
const POLL_MS = 100;

export class StdinChannel {
  urls: StdinUrls | undefined;
  #ask: (prompt: string, password: boolean) => void;
  #interrupted: () => boolean;

  constructor(ask: (prompt: string, password: boolean) => void, interrupted: () => boolean) {
    this.#ask = ask;
    this.#interrupted = interrupted;
  }

  /** Wait for a line: its text, `true` when interrupted, `null` when the question was closed. */
  read(prompt: string, password: boolean): string | true | null {
    if (!this.urls) return null;
    // A loop that catches the interrupt and asks again.
    if (this.#interrupted()) return true;
    const { ready, bits } = this.urls;
    this.#ask(prompt, password);
    while (exists(ready)) {
      if (this.#interrupted()) return true;
      sleep(POLL_MS);
    }
    const { text, next } = JSON.parse(read(decode(ready, bits))) as StdinAnswer;
    this.urls = next;
    return text;
  }
}

/** The object URL that the revoked ones of `bits` spell. */
function decode(ready: string, bits: string[]): string {
  let digits = '';
  for (let position = 0; position < bits.length; position += 4) {
    const four = bits.slice(position, position + 4).map((url) => (exists(url) ? '0' : '1'));
    digits += parseInt(four.join(''), 2).toString(16);
  }
  const identifier = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return ready.slice(0, -identifier.length) + identifier;
}
