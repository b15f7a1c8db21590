/** The snapshot of a started Python and the archive that it refers to, in the browser's storage. */

/** Of this book: others may stand on the same origin. The name is that of the first version, so that none is left behind. */
const CACHE = `python-memory ${new URL('.', import.meta.url).pathname}`;
const LENGTH = 'X-Length';
/** Bytes that have to be free: the book that is kept for reading offline goes first. */
const MIN_FREE_BYTES = 200_000_000;

export interface Snapshot {
  memory: ArrayBuffer;
  /** The start's archive, unpacked: the memory refers to places in it. */
  archive: ArrayBuffer;
}

type Part = keyof Snapshot;

/** Of this module alone: later the worker has no `caches`. */
const storage = ((): CacheStorage | undefined => {
  try {
    return self.caches;
  } catch {
    return undefined; // the reader forbids storage
  }
})();

let opened: Promise<Cache> | undefined;

/** Open it once: WebKit can lose a cache that only a worker had open, when that ends. */
function openCache(): Promise<Cache> {
  return (opened ??= storage ? storage.open(CACHE) : Promise.reject(new Error('the browser stores nothing')));
}

/** Of one worker in one version of one browser: another may lay its memory out otherwise. */
function nameOf(part: Part, worker: string): string {
  const file = worker.split('/').at(-1)!.split('?')[0]!;
  return new URL(`${part}?of=${file}&in=${encodeURIComponent(navigator.userAgent)}`, import.meta.url).href;
}

/**
 * Find the snapshot of a worker: how to read it, or `undefined`, also where the reader forbids storage. Reading
 * rejects where `digest` is not what `saveSnapshot` returned for these bytes; without a digest nothing is found.
 */
export async function findSnapshot(worker: string, digest: string | null): Promise<(() => Promise<Snapshot>) | undefined> {
  try {
    const cache = await openCache();
    const found = await Promise.all([cache.match(nameOf('memory', worker)), cache.match(nameOf('archive', worker))]);
    const [memory, archive] = found;
    if (!memory || !archive || !digest) return undefined;
    return async () => {
      const snapshot = { memory: await readWhole(memory), archive: await readWhole(archive) };
      if ((await digestOf(snapshot)) !== digest) throw new Error('it is not what was saved');
      return snapshot;
    };
  } catch {
    return undefined;
  }
}

async function readWhole(response: Response): Promise<ArrayBuffer> {
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength !== Number(response.headers.get(LENGTH))) throw new Error('a part of it is missing');
  return bytes;
}

/** Rejects where a snapshot would take the place of something else. */
export async function checkFreeSpace(): Promise<void> {
  const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate()) ?? {};
  if (quota - usage < MIN_FREE_BYTES) throw new Error('there is no room for a snapshot of Python');
}

/** The SHA-256 of both parts, in hexadecimal digits. */
async function digestOf({ memory, archive }: Snapshot): Promise<string> {
  const digests = await Promise.all([memory, archive].map((part) => crypto.subtle.digest('SHA-256', part)));
  return digests
    .flatMap((digest) => [...new Uint8Array(digest)])
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

/** Save the snapshot of a worker, and return its digest; those of others are deleted. */
export async function saveSnapshot(worker: string, snapshot: Snapshot): Promise<string> {
  await deleteSnapshots();
  const cache = await openCache();
  for (const part of ['archive', 'memory'] as const) {
    const headers = { [LENGTH]: String(snapshot[part].byteLength) };
    await cache.put(nameOf(part, worker), new Response(snapshot[part], { headers }));
  }
  return digestOf(snapshot);
}

/** Entry by entry: WebKit loses what is put into a cache that was deleted while it was open. */
export async function deleteSnapshots(): Promise<void> {
  const cache = await openCache();
  for (const name of await cache.keys()) await cache.delete(name);
}
