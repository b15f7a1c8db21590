// Prepares the fast start: `node make.mjs PYODIDE-FOLDER OUTPUT-FOLDER CELLS.PY PACKAGE`.
//
// Which modules: those that a start and a set of smoke cells import (trace_imports.py).
// Compiled how: to bytecode, by the very Python that will run them (pack.py).
// Packed how: `start`, those modules in one stored zip, compressed as a whole by Zstandard; `library`, every
//   module of Pyodide's standard library and of the lock's own wheels, as source, in an ordinary zip.
// Checked how: Python is started from the two archives alone, and must run the cells to the same end,
//   without the library.

import { compress, init } from '@bokuweb/zstd-wasm';
import { loadPyodide } from 'pyodide';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

// An error in Pyodide's one long line would be printed with that line.
process.on('uncaughtException', (error) => {
  console.error(`${error.name}: ${error.message || error.stack?.slice(-2000)}`);
  process.exit(1);
});

const HERE = import.meta.dirname;
const SITE_PACKAGES = '/lib/python3.14/site-packages';

const [pyodideFolder, outputFolder] = process.argv.slice(2, 4).map((folder) => path.resolve(folder) + path.sep);
const cells = path.resolve(process.argv[4]);
const bookPackage = process.argv[5];
const lockText = await readFile(`${pyodideFolder}pyodide-lock.json`, 'utf8');
const ownPackages = Object.values(JSON.parse(lockText).packages).filter(({ file_name: file }) => !file.includes('://'));
const source = (file) => readFile(path.join(HERE, file), 'utf8');

/** What Python prints is not the build's to tell, unless it fails. */
async function startPyodide(options) {
  const said = [];
  const say = (text) => said.push(text);
  const pyodide = await loadPyodide({ indexURL: pyodideFolder, stdout: say, stderr: say, ...options });
  return { pyodide, said };
}

/** A function of one of the Python files beside this one. */
async function pythonFunction(pyodide, file, name) {
  const scope = pyodide.toPy({ __name__: name });
  pyodide.runPython(await source(file), { globals: scope, filename: file });
  return scope.get(name);
}

/** Start the kernel, run the smoke cells: their results, and where the imported modules are. */
async function traceImports(pyodide) {
  const run = await pythonFunction(pyodide, 'trace_imports.py', 'trace_imports');
  const cells = [...JSON.parse(await source('smoke-cells.json')), `import ${bookPackage}`];
  return JSON.parse(await run(pyodide.toPy(cells), bookPackage));
}

async function unpackWheels(pyodide) {
  for (const { file_name: file } of ownPackages) {
    pyodide.unpackArchive(new Uint8Array(await readFile(pyodideFolder + file)), 'zip', { extractDir: SITE_PACKAGES });
  }
}

/** What a cell imports is then not looked for in the wheels. */
function markLoaded(pyodide) {
  for (const { name } of ownPackages) pyodide.loadedPackages[name] = 'archive';
}

/** Start Python as a page without the fast start does. */
async function startPlainly() {
  const { pyodide } = await startPyodide({});
  await unpackWheels(pyodide);
  markLoaded(pyodide);
  pyodide.FS.writeFile(`${SITE_PACKAGES}/IPython/terminal/embed.py`, await source('embed_stub.py'));
  return { pyodide, plain: await traceImports(pyodide) };
}

async function pack(pyodide, origins) {
  const run = await pythonFunction(pyodide, 'pack.py', 'pack');
  const more = { live_cells: await readFile(cells, 'utf8') };
  return run(pyodide.toPy(origins), await source('lazy_library.py'), pyodide.toPy(more), bookPackage);
}

/** Start Python from the archives alone; the smoke cells must end as they did. */
async function startFrom({ start, library }, plain) {
  const file = path.join(os.tmpdir(), `start-${process.pid}.zip`);
  await writeFile(file, start);
  const { pyodide, said } = await startPyodide({ stdLibURL: file }).finally(() => rm(file, { force: true }));
  markLoaded(pyodide);
  pyodide.globals.set('fetch_library', () => pyodide.FS.writeFile('/lib/library.zip', library));
  pyodide.runPython(`
    import lazy_library
    lazy_library.library.fetch = fetch_library
    lazy_library.install()
    import pyodide_kernel
    lazy_library.settle()
  `);
  const prepared = await traceImports(pyodide);
  for (const [number, expected] of plain.results.entries()) {
    const got = prepared.results[number];
    if (JSON.stringify(got) !== JSON.stringify(expected)) {
      const [was, is] = [expected, got].map((result) => JSON.stringify(result));
      throw new Error(`smoke cell ${number + 1} ended otherwise from the archives:\n${is}\nexpected\n${was}\n${said.join('\n')}`);
    }
  }
  return prepared;
}

/** Some modules are imported only where others come from an archive: look until nothing is missing. */
async function packWhole() {
  const { pyodide, plain } = await startPlainly();
  const origins = new Set(plain.origins);
  for (let round = 1; round <= 3; round += 1) {
    const archives = await pack(pyodide, [...origins]);
    const prepared = await startFrom(archives, plain);
    if (!prepared.askedFor) return { ...archives, modules: origins.size };
    for (const origin of prepared.origins) origins.add(origin);
  }
  throw new Error("the smoke cells still need the library, so the start's archive is not whole");
}

/** By which a page knows a file to be whole. */
function describe(file, bytes) {
  const digest = createHash('sha256').update(bytes).digest('base64');
  return { file, bytes: bytes.length, integrity: `sha256-${digest}` };
}

const describeCore = async (file) => describe(file, await readFile(pyodideFolder + file));

async function write(name, bytes) {
  const digest = createHash('sha256').update(bytes).digest('hex');
  // No ending that a server would describe as compressed: the page unpacks it itself.
  const file = `${name}-${digest.slice(0, 16)}.pack`;
  await writeFile(outputFolder + file, bytes);
  return describe(file, bytes);
}

const packed = await packWhole();
await rm(outputFolder, { recursive: true, force: true });
await mkdir(outputFolder, { recursive: true });
await init();
const compressed = compress(packed.start, 19);
const manifest = {
  start: await write('start', compressed),
  library: await write('library', packed.library),
  core: {
    wasm: await describeCore('pyodide.asm.wasm'),
    script: await describeCore('pyodide.asm.mjs'),
    loader: await describeCore('pyodide.mjs'),
    lock: await describeCore('pyodide-lock.json'),
  },
  book: bookPackage,
  packages: Object.fromEntries(ownPackages.map(({ name, version }) => [name, version])),
};
await writeFile(`${outputFolder}manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(`${packed.modules} modules to start with, ${megabytes(compressed.length)}; the library, ${megabytes(packed.library.length)}`);
