/** The snapshot that the page has found: it reads it while this thread compiles. */

import type { Snapshot } from './store';
import type { PageMessage } from '../protocol';

/** Resolves when the page has looked: with what is on its way, or with nothing. */
export type IncomingSnapshot = Promise<{ snapshot: Promise<Snapshot> } | undefined>;

/** To be called before the page's messages arrive, on the worker's first line. */
export function receiveSnapshot(): IncomingSnapshot {
  return new Promise((announce) => {
    const snapshot = new Promise<Snapshot>((resolve, reject) => {
      addEventListener('message', ({ data }: MessageEvent<PageMessage>) => {
        if ('hasSnapshot' in data) announce(data.hasSnapshot ? { snapshot } : undefined);
        if (!('snapshot' in data)) return;
        if (data.snapshot) resolve(data.snapshot);
        else reject(new Error('a part of it is missing'));
      });
    });
    snapshot.catch(() => undefined); // it may be before anyone waits
  });
}
