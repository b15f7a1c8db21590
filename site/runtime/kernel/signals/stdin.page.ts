/**
 * How the page answers Python's `input()` without shared memory.
 *
 * The waiting worker can only see whether an object URL still answers. So the page puts the answer into
 * a blob, spells the blob's identifier in 128 URLs by revoking those that stand for a 1, and then revokes
 * `ready`. The answer brings the URLs for the next question.
 */

import { fillWithObjectUrls, makeObjectUrl, makeObjectUrls } from './object-urls.page';
import type { StdinUrls, StdinAnswer } from '../protocol';

const BITS = 128;

export class StdinChannel {
  urls: StdinUrls = { ready: makeObjectUrl(''), bits: [] };

  /** Make the URLs for the first question. */
  fill(): Promise<void> {
    return fillWithObjectUrls(this.urls.bits, BITS);
  }

  /** Answer the worker that waits; `undefined` when the question was closed. */
  answer(text: string | undefined): void {
    const { ready, bits } = this.urls;
    this.urls = { ready: makeObjectUrl(''), bits: makeObjectUrls(BITS) };
    const answer: StdinAnswer = { text: text ?? null, next: this.urls };
    const identifier = makeObjectUrl(JSON.stringify(answer)).slice(-36).replaceAll('-', '');
    bits.forEach((url, position) => {
      const digit = parseInt(identifier[position >> 2]!, 16);
      if ((digit >> (3 - (position & 3))) & 1) URL.revokeObjectURL(url);
    });
    URL.revokeObjectURL(ready);
  }

  dispose(): void {
    [this.urls.ready, ...this.urls.bits].forEach((url) => URL.revokeObjectURL(url));
  }
}
