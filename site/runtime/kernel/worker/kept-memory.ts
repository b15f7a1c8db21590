/**
 * The memory of a Python that has just started, kept in the browser: the next page goes on from there.
 *
 * Pyodide can write its memory down and begin with it, for purposes of its own. This is the one place
 * that knows how; where it cannot, Python starts from its archives.
 */

import type { PyodideAPI } from 'pyodide';
import type { PyProxy } from 'pyodide/ffi';

const CACHE = 'python-memory';
/** Of one build in one version of one browser: another may lay its memory out otherwise. */
const OWNER = `of=${import.meta.url.split('/').at(-1)!.split('?')[0]}&in=${encodeURIComponent(navigator.userAgent)}`;
const MEMORY = `memory?${OWNER}`;
const ARCHIVE = `archive?${OWNER}`;
const LENGTH = 'X-Length';
/** Bytes that have to be free: the book that is kept for reading offline goes first. */
const ROOM = 200_000_000;

export interface Kept {
  memory: Uint8Array<ArrayBuffer>;
  /** The start's archive, unpacked: the memory refers to places in it. */
  archive: ArrayBuffer;
}

type Factory = (settings: object) => Promise<Module>;

interface Module {
  HEAPU8: Uint8Array;
  growMemory(bytes: number): unknown;
}

/** Options of `loadPyodide` that its types do not have. */
export interface MemoryOptions {
  _makeSnapshot?: true;
  _loadSnapshot?: Uint8Array;
  createPyodideModule: never;
}

/** What was kept, or `undefined`: also where the reader forbids storage. */
export async function recall(): Promise<Kept | undefined> {
  try {
    const cache = await caches.open(CACHE);
    const [memory, archive] = await Promise.all([cache.match(MEMORY), cache.match(ARCHIVE)]);
    if (!memory || !archive) return undefined;
    const [bytes, zip] = await Promise.all([whole(memory), whole(archive)]);
    return bytes && zip && { memory: new Uint8Array(bytes), archive: zip };
  } catch {
    return undefined;
  }
}

async function whole(response: Response): Promise<ArrayBuffer | undefined> {
  const bytes = await response.arrayBuffer();
  return bytes.byteLength === Number(response.headers.get(LENGTH)) ? bytes : undefined;
}

/** Rejects where keeping would take the place of something else. */
export async function expectRoom(): Promise<void> {
  const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate()) ?? {};
  if (quota - usage < ROOM) throw new Error('there is no room for the memory of Python');
}

/** Keep the memory of a Python that was started with `toBeKept`; what other builds have kept goes. */
export async function keep(pyodide: PyodideAPI, archive: ArrayBuffer): Promise<void> {
  await forget();
  const cache = await caches.open(CACHE);
  const memory = memoryOf(pyodide);
  await cache.put(ARCHIVE, new Response(archive, { headers: { [LENGTH]: String(archive.byteLength) } }));
  await cache.put(MEMORY, new Response(memory, { headers: { [LENGTH]: String(memory.byteLength) } }));
}

/** Entry by entry: WebKit loses what is put into a cache that was deleted while it was open. */
export async function forget(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const name of await cache.keys()) await cache.delete(name);
}

export function toBeKept(createPyodideModule: unknown): MemoryOptions {
  return { _makeSnapshot: true, createPyodideModule: createPyodideModule as never };
}

/** Begin with this memory. */
export function from(memory: Uint8Array, createPyodideModule: unknown): MemoryOptions {
  const create = async (settings: object): Promise<Module> => {
    const module = await (createPyodideModule as Factory)(settings);
    // Pyodide asks for as much at its start, of a WebAssembly that decides itself.
    const wanted = memory.length - headerLength(memory);
    if (module.HEAPU8.length < wanted) module.growMemory(wanted);
    return module;
  };
  return { _loadSnapshot: memory, createPyodideModule: create as never };
}

/** Bytes before the memory itself, by the second word of what Pyodide wrote. */
function headerLength(memory: Uint8Array): number {
  return new Uint32Array(memory.buffer, memory.byteOffset, 2)[1]!;
}

function memoryOf(pyodide: PyodideAPI): Uint8Array<ArrayBuffer> {
  const kernel = pyodide.pyimport('pyodide_kernel.kernel') as PyProxy & LoadsPackages;
  // It belongs to this page. All else in memory that does, Pyodide knows how to name.
  kernel._load_packages_from_imports = null;
  kernel.destroy();
  const gc = pyodide.pyimport('gc');
  gc.collect();
  gc.destroy();
  return (pyodide as unknown as { makeMemorySnapshot(): Uint8Array<ArrayBuffer> }).makeMemorySnapshot();
}

/**
 * To be called of a Python that was to begin with a kept memory, before any code runs; throws where it
 * has begun without.
 */
export function reconnect(pyodide: PyodideAPI): void {
  const sys = pyodide.pyimport('sys');
  if (!sys.modules.has('pyodide_kernel')) throw new Error('Pyodide does not use _loadSnapshot as it did');
  sys.destroy();
  const kernel = pyodide.pyimport('pyodide_kernel.kernel') as PyProxy & LoadsPackages;
  kernel._load_packages_from_imports = pyodide.loadPackagesFromImports;
  kernel.destroy();
  // Or it would draw the same numbers at every visit.
  const random = pyodide.pyimport('random');
  random.seed();
  random.destroy();
}

interface LoadsPackages {
  _load_packages_from_imports: unknown;
}
