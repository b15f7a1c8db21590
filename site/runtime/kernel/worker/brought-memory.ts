/** The memory that the page has found: it reads it while this thread compiles. */

import type { Kept } from '../memory-store';
import type { PageMessage } from '../protocol';

/** Resolves when the page has looked: with what is on its way, or with nothing. */
export type Brought = Promise<{ kept: Promise<Kept> } | undefined>;

/** To be called before the page's messages arrive, on the worker's first line. */
export function listenForMemory(): Brought {
  return new Promise((announce) => {
    const kept = new Promise<Kept>((resolve, reject) => {
      addEventListener('message', ({ data }: MessageEvent<PageMessage>) => {
        if ('remembers' in data) announce(data.remembers ? { kept } : undefined);
        if (!('kept' in data)) return;
        if (data.kept) resolve(data.kept);
        else reject(new Error('a part of it is missing'));
      });
    });
    kept.catch(() => undefined); // it may be before anyone waits
  });
}
