/**
 * The snapshot of a Python that has just started: taken, and restored.
 *
 * Pyodide can do both, for purposes of its own. This is the one place that knows how; where it cannot,
 * Python starts from its archives.
 */

import type { PyodideAPI } from 'pyodide';
import type { PyProxy } from 'pyodide/ffi';
import type { Snapshot } from './store';

type Factory = (settings: object) => Promise<Module>;

interface Module {
  HEAPU8: Uint8Array;
  growMemory(bytes: number): unknown;
  API: { restoreSnapshot(memory: Uint8Array): unknown };
}

/** Options of `loadPyodide` that are not documented. */
export interface SnapshotOptions {
  _makeSnapshot?: true;
  _loadSnapshot?: Uint8Array;
  createPyodideModule: never;
}

/** To start a Python of which `takeSnapshot` can be called. */
export function optionsToSave(createPyodideModule: unknown): SnapshotOptions {
  return { _makeSnapshot: true, createPyodideModule: createPyodideModule as never };
}

/** To start from a snapshot, which may be on its way until Pyodide puts it in place. */
export function optionsToRestore(snapshot: Promise<Snapshot>, createPyodideModule: unknown): SnapshotOptions {
  const create = async (settings: object): Promise<Module> => {
    const module = await (createPyodideModule as Factory)(settings);
    const memory = new Uint8Array((await snapshot).memory);
    // Pyodide asks for as much at its start, of a WebAssembly that decides itself.
    const wanted = memory.length - headerLength(memory);
    if (module.HEAPU8.length < wanted) module.growMemory(wanted);
    const { restoreSnapshot } = module.API;
    module.API.restoreSnapshot = () => restoreSnapshot(memory);
    return module;
  };
  return { _loadSnapshot: new Uint8Array(), createPyodideModule: create as never };
}

/** Bytes before the memory itself, by the second word of what Pyodide wrote. */
function headerLength(memory: Uint8Array): number {
  return new Uint32Array(memory.buffer, memory.byteOffset, 2)[1]!;
}

/** Take the memory of a Python that was started with `optionsToSave`, and is of no other use then. */
export function takeSnapshot(pyodide: PyodideAPI): ArrayBuffer {
  const kernel = pyodide.pyimport('pyodide_kernel.kernel') as PyProxy & LoadsPackages;
  // It belongs to this page. All else in memory that does, Pyodide knows how to name.
  kernel._load_packages_from_imports = null;
  kernel.destroy();
  const gc = pyodide.pyimport('gc');
  gc.collect();
  gc.destroy();
  const { buffer } = (pyodide as unknown as { makeMemorySnapshot(): Uint8Array<ArrayBuffer> }).makeMemorySnapshot();
  return buffer;
}

/**
 * To be called of a Python that was to start from a snapshot, before any code runs; throws where it
 * has started without.
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
