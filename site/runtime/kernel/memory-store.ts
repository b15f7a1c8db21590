/** The memory of a started Python and the archive that it refers to, in the browser's storage. */

/** Of this book: others may stand on the same origin. */
const CACHE = `python-memory ${new URL('.', import.meta.url).pathname}`;
const LENGTH = 'X-Length';
/** Bytes that have to be free: the book that is kept for reading offline goes first. */
const ROOM = 200_000_000;

export interface Kept {
  memory: ArrayBuffer;
  /** The start's archive, unpacked: the memory refers to places in it. */
  archive: ArrayBuffer;
}

type Part = keyof Kept;

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
  return (opened ??= storage ? storage.open(CACHE) : Promise.reject(new Error('the browser keeps nothing')));
}

/** Of one worker in one version of one browser: another may lay its memory out otherwise. */
function nameOf(part: Part, worker: string): string {
  const file = worker.split('/').at(-1)!.split('?')[0]!;
  return new URL(`${part}?of=${file}&in=${encodeURIComponent(navigator.userAgent)}`, import.meta.url).href;
}

/**
 * Find what was kept for a worker: how to read it, or `undefined`, also where the reader forbids storage. Reading
 * rejects where `seal` is not what `keep` returned for these bytes; without a seal nothing is found.
 */
export async function find(worker: string, seal: string | null): Promise<(() => Promise<Kept>) | undefined> {
  try {
    const cache = await openCache();
    const found = await Promise.all([cache.match(nameOf('memory', worker)), cache.match(nameOf('archive', worker))]);
    const [memory, archive] = found;
    if (!memory || !archive || !seal) return undefined;
    return async () => {
      const kept = { memory: await whole(memory), archive: await whole(archive) };
      if ((await sealOf(kept)) !== seal) throw new Error('it is not what was kept');
      return kept;
    };
  } catch {
    return undefined;
  }
}

async function whole(response: Response): Promise<ArrayBuffer> {
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength !== Number(response.headers.get(LENGTH))) throw new Error('a part of it is missing');
  return bytes;
}

/** Rejects where keeping would take the place of something else. */
export async function expectRoom(): Promise<void> {
  const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate()) ?? {};
  if (quota - usage < ROOM) throw new Error('there is no room for the memory of Python');
}

/** The SHA-256 of both parts, in hexadecimal digits. */
async function sealOf({ memory, archive }: Kept): Promise<string> {
  const digests = await Promise.all([memory, archive].map((part) => crypto.subtle.digest('SHA-256', part)));
  return digests
    .flatMap((digest) => [...new Uint8Array(digest)])
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

/** Keep these for a worker, and return their seal; what others have kept goes. */
export async function keep(worker: string, kept: Kept): Promise<string> {
  await forget();
  const cache = await openCache();
  for (const part of ['archive', 'memory'] as const) {
    const headers = { [LENGTH]: String(kept[part].byteLength) };
    await cache.put(nameOf(part, worker), new Response(kept[part], { headers }));
  }
  return sealOf(kept);
}

/** Entry by entry: WebKit loses what is put into a cache that was deleted while it was open. */
export async function forget(): Promise<void> {
  const cache = await openCache();
  for (const name of await cache.keys()) await cache.delete(name);
}
