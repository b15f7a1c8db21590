/**
 * The fast start: Python from one archive of just the modules that a start needs, compiled; on a
 * later page, from the snapshot of such a start.
 *
 * All downloads and the compilation of the WebAssembly begin on the worker's first line, before
 * anything of Pyodide has arrived. `site/boot` makes the archives; the plain start takes over where
 * they are missing or anything here does not work.
 */

import manifest from 'boot:manifest';
import { decompress } from 'fzstd';
import type { PyodideAPI } from 'pyodide';
import type { PyProxy } from 'pyodide/ffi';
import { savesData } from '../../dom/saves-data';
import { checkFreeSpace, deleteSnapshots, saveSnapshot } from '../snapshot/store';
import type { Progress } from '../types';
import { receiveSnapshot } from '../snapshot/receive.worker';
import type { IncomingSnapshot } from '../snapshot/receive.worker';
import { optionsToRestore, optionsToSave, reconnect, takeSnapshot } from '../snapshot/pyodide.worker';
import type { SnapshotOptions } from '../snapshot/pyodide.worker';
import { interceptRequests } from './interceptors.worker';
import { compileVerified, fetchVerified, importVerified } from './verified-fetch.worker';
import type { VerifiedFile } from './verified-fetch.worker';

const BOOT = new URL('../../boot/', import.meta.url).href;
const PYODIDE = new URL('../../pyodide/', import.meta.url).href;
const ARCHIVE = `${BOOT}${manifest?.start.file}`;
/** Where Pyodide begins in its own file system. */
const HOME = '/home/pyodide';
/** After the start, until the library is fetched ahead. */
const LIBRARY_DELAY_MS = 4000;

type Manifest = NonNullable<typeof manifest>;
type Report = (progress: Progress) => void;

/** Begin at once; `undefined` where the site has no archives. `arrived` is called when the network is free again. */
export function startPrepared(report: Report, arrived: () => void): Promise<PyodideAPI> | undefined {
  return manifest ? start(manifest, report, arrived) : undefined;
}

async function start(packs: Manifest, report: Report, arrived: () => void): Promise<PyodideAPI> {
  const coming = receiveSnapshot();
  const downloads = download(packs, coming, report);
  const { module, archive, lock, scripts } = downloads;
  Promise.all([module, archive, lock, scripts]).then(arrived, () => undefined);
  const incoming = await coming;
  if (incoming) {
    try {
      const pyodide = await load(downloads, (factory) => optionsToRestore(incoming.snapshot, factory));
      report({ text: 'Starting Python' });
      reconnect(pyodide);
      return complete(pyodide, pyodide.pyimport('pyodide_kernel'), packs);
    } catch (error) {
      console.info(`Python does not start from its snapshot: ${(error as Error).message}`);
      deleteSnapshots().catch(() => undefined);
    }
  }
  const pyodide = await load(downloads, (factory) => ({ createPyodideModule: factory as never }));
  report({ text: 'Starting Python' });
  return complete(pyodide, importKernel(pyodide), packs);
}

/** Start another Python, as this page's was, save its snapshot for the next page, and return the digest. */
export async function makeSnapshot(): Promise<string> {
  if (!manifest) throw new Error('the site has no archives');
  await checkFreeSpace();
  const downloads = download(manifest, Promise.resolve(undefined), () => undefined);
  const pyodide = await load(downloads, optionsToSave);
  importKernel(pyodide).destroy();
  pyodide.pyimport(manifest.book).destroy();
  return saveSnapshot(import.meta.url, { memory: takeSnapshot(pyodide), archive: await downloads.archive });
}

interface Downloads {
  module: Promise<WebAssembly.Module>;
  archive: Promise<ArrayBuffer>;
  lock: Promise<string>;
  scripts: Promise<[typeof import('pyodide'), { default: unknown }]>;
  /** Rejects when one of the others does: whichever fails first says why. */
  failed: Promise<never>;
}

function download({ start, core: { wasm, script, loader, lock } }: Manifest, coming: IncomingSnapshot, report: Report): Downloads {
  const total = start.bytes + wasm.bytes + script.bytes;
  let loaded = 0;
  const count = <T>({ bytes }: VerifiedFile, download: Promise<T>): Promise<T> => {
    void download.then(
      () => report({ text: 'Loading Python', loaded: (loaded += bytes), total }),
      () => undefined,
    );
    return download;
  };
  report({ text: 'Loading Python', loaded, total });
  const module = count(wasm, compileVerified(PYODIDE, wasm));
  const fetchArchive = () => fetchVerified(BOOT, start).then(unpack);
  const archive = count(
    start,
    coming.then((incoming) => incoming?.snapshot.then((snapshot) => snapshot.archive).catch(fetchArchive) ?? fetchArchive()),
  );
  const text = fetchVerified(PYODIDE, lock).then((bytes) => new TextDecoder().decode(bytes));
  const scripts = Promise.all([
    importVerified<typeof import('pyodide')>(PYODIDE, loader),
    count(script, importVerified<{ default: unknown }>(PYODIDE, script)),
  ]);
  const failed = failureOf(module, archive, text, scripts);
  failed.catch(() => undefined); // it may be before anyone waits
  return { module, archive, lock: text, scripts, failed };
}

async function load(
  { module, archive, lock, scripts, failed }: Downloads,
  options: (createPyodideModule: unknown) => SnapshotOptions,
): Promise<PyodideAPI> {
  const [{ loadPyodide }, { default: factory }] = await Promise.race([scripts, failed]);
  // What fails here, Pyodide itself would wait for for ever.
  return interceptRequests(module, ARCHIVE, archive, () =>
    Promise.race([
      loadPyodide({
        indexURL: PYODIDE,
        stdLibURL: ARCHIVE,
        lockFileContents: lock,
        packageBaseUrl: PYODIDE,
        stdout: (text: string) => console.log(text),
        stderr: (text: string) => console.error(text),
        fsInit: async (FS) => {
          // IPython copies a file there that the archive does not have.
          FS.mkdirTree(`${HOME}/.ipython/profile_default/startup`);
          FS.writeFile(`${HOME}/.ipython/profile_default/startup/README`, '');
        },
        ...options(factory),
      }),
      failed,
    ]),
  );
}

/**
 * Import the kernel, and what the page asks of it, for the first time: not by code in `__main__`, whose
 * warnings Python shows.
 */
function importKernel(pyodide: PyodideAPI): PyProxy {
  const lazy = pyodide.pyimport('lazy_library');
  lazy.install();
  const kernel = pyodide.pyimport('pyodide_kernel');
  pyodide.pyimport('live_cells').destroy();
  lazy.settle();
  kernel.kernel_instance.interpreter.Completer.use_jedi = false;
  return kernel;
}

/** Add what belongs to this page and not to memory. */
function complete(pyodide: PyodideAPI, kernel: PyProxy, packs: Manifest): PyodideAPI {
  openLibrary(pyodide, packs);
  pyodide.globals.set('pyodide_kernel', kernel);
  return pyodide;
}

/** Give Python the rest of its library: synchronously when it first asks, from memory once fetched ahead. */
function openLibrary(pyodide: PyodideAPI, { library, packages }: Manifest): void {
  // Their modules are in the archives: an import in a cell must not fetch their wheels.
  for (const name of Object.keys(packages)) pyodide.loadedPackages[name] = 'archive';
  let ahead: ArrayBuffer | undefined;
  const fetchLibrary = () => {
    pyodide.FS.writeFile('/lib/library.zip', new Uint8Array(ahead ?? fetchNow(library)));
    ahead = undefined;
  };
  pyodide.pyimport('lazy_library').library.fetch = fetchLibrary;
  if (savesData()) return;
  setTimeout(() => {
    fetchVerified(BOOT, library).then(
      (bytes) => (ahead = bytes),
      () => undefined,
    );
  }, LIBRARY_DELAY_MS);
}

function fetchNow({ file, bytes }: VerifiedFile): ArrayBuffer {
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

/** Zstandard, which no browser unpacks itself, makes the archive a quarter smaller than gzip. */
function unpack(bytes: ArrayBuffer): ArrayBuffer {
  return decompress(new Uint8Array(bytes)).buffer as ArrayBuffer;
}

/** Rejects when any of these does, and never resolves. */
function failureOf(...promises: Promise<unknown>[]): Promise<never> {
  return new Promise((_, reject) => promises.forEach((promise) => promise.catch(reject)));
}
