/**
 * The fast start: Python from one archive of just the modules that a start needs, compiled.
 *
 * All downloads and the compilation of the WebAssembly begin on the worker's first line, before
 * anything of Pyodide has arrived. `site/boot` makes the archives; the plain start takes over where
 * they are missing or anything here does not work.
 */

import manifest from 'boot:manifest';
import type { PyodideAPI } from 'pyodide';
import { savesData } from '../../page/saves-data';
import type { WorkerNote } from '../protocol';
import { withSubstitutes } from './substitutes';
import { compileWhole, fetchWhole, importWhole } from './whole-files';
import type { WholeFile } from './whole-files';

const BOOT = new URL('../../boot/', import.meta.url).href;
const PYODIDE = new URL('../../pyodide/', import.meta.url).href;
const ARCHIVE = `${BOOT}${manifest?.start.file}`;
const HOME = '/home/pyodide';
/** Milliseconds after the start until the library is fetched ahead. */
const QUIET = 4000;

/** Begin at once; `undefined` where the site has no archives. */
export function startPrepared(note: (note: WorkerNote) => void): Promise<PyodideAPI> | undefined {
  return manifest ? start(manifest, note) : undefined;
}

async function start(packs: NonNullable<typeof manifest>, note: (note: WorkerNote) => void): Promise<PyodideAPI> {
  const { wasm, script, loader, lock } = packs.core;
  const total = packs.start.bytes + wasm.bytes + script.bytes;
  let loaded = 0;
  const count = <T>({ bytes }: WholeFile, download: Promise<T>): Promise<T> => {
    void download.then(
      () => note({ progress: { text: 'Loading Python', loaded: (loaded += bytes), total } }),
      () => undefined,
    );
    return download;
  };
  note({ progress: { text: 'Loading Python', loaded, total } });
  const module = count(wasm, compileWhole(PYODIDE, wasm));
  const archive = count(packs.start, fetchWhole(BOOT, packs.start).then(unpack));
  const packages = fetchWhole(PYODIDE, lock).then((bytes) => new TextDecoder().decode(bytes));
  const core = importWhole<typeof import('pyodide')>(PYODIDE, loader);
  const factory = count(script, importWhole<{ default: never }>(PYODIDE, script));
  // Whichever fails first says why; Pyodide itself would wait for ever.
  const failed = failureOf(module, archive, packages);
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.race([Promise.all([core, factory]), failed]);
  const pyodide = await withSubstitutes(module, ARCHIVE, archive, () =>
    Promise.race([
      loadPyodide({
        indexURL: PYODIDE,
        stdLibURL: ARCHIVE,
        lockFileContents: packages,
        packageBaseUrl: PYODIDE,
        createPyodideModule,
        stdout: (text: string) => console.log(text),
        stderr: (text: string) => console.error(text),
        fsInit: async (FS) => {
          // IPython copies a file there that the archive does not have.
          FS.mkdirTree(`${HOME}/.ipython/profile_default/startup`);
          FS.writeFile(`${HOME}/.ipython/profile_default/startup/README`, '');
        },
      }),
      failed,
    ]),
  );
  note({ progress: { text: 'Starting Python' } });
  // Their modules are in the archives: an import in a cell must not fetch their wheels.
  for (const name of Object.keys(packs.packages)) pyodide.loadedPackages[name] = 'archive';
  openLibrary(pyodide, packs.library);
  // Not by code in `__main__`, whose warnings Python shows.
  const kernel = pyodide.pyimport('pyodide_kernel');
  pyodide.globals.set('pyodide_kernel', kernel);
  kernel.kernel_instance.interpreter.Completer.use_jedi = false;
  return pyodide;
}

/** Give Python the rest of its library: synchronously when it first asks, from memory once fetched ahead. */
function openLibrary(pyodide: PyodideAPI, library: WholeFile): void {
  let ahead: ArrayBuffer | undefined;
  const fetchLibrary = () => {
    pyodide.FS.writeFile('/lib/library.zip', new Uint8Array(ahead ?? fetchNow(library)));
    ahead = undefined;
  };
  pyodide.pyimport('lazy_library').install(fetchLibrary);
  if (savesData()) return;
  setTimeout(() => {
    fetchWhole(BOOT, library).then(
      (bytes) => (ahead = bytes),
      () => undefined,
    );
  }, QUIET);
}

function fetchNow({ file, bytes }: WholeFile): ArrayBuffer {
  const request = new XMLHttpRequest();
  request.open('GET', BOOT + file, false);
  request.responseType = 'arraybuffer';
  request.send();
  const body = request.response as ArrayBuffer | null;
  if (request.status !== 200 || body?.byteLength !== bytes) {
    throw new Error(`Python's library could not be loaded (HTTP ${request.status}, ${body?.byteLength ?? 0} of ${bytes} bytes)`);
  }
  return body;
}

function unpack(bytes: ArrayBuffer): Promise<ArrayBuffer> {
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

/** Rejects when any of these does, and never resolves. */
function failureOf(...promises: Promise<unknown>[]): Promise<never> {
  return new Promise((_, reject) => promises.forEach((promise) => promise.catch(reject)));
}
