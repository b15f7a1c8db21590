// node engine_pyodide.mjs PYODIDE ENGINE BENCHMARKS WHAT
// Runs workloads.py inside Pyodide, with the engine that the folder ENGINE holds, and prints its JSON.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [pyodideFolder, engine, benchmarks, what] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(pyodideFolder, 'pyodide.mjs')).href);
const pyodide = await loadPyodide({ indexURL: `${resolve(pyodideFolder)}/` });
for (const [from, to] of [[engine, '/engine'], [benchmarks, '/benchmarks']]) {
  pyodide.FS.mkdirTree(to);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: resolve(from) }, to);
}
pyodide.globals.set('what', what);
console.log(await pyodide.runPythonAsync(`
import json, sys
from pathlib import Path
sys.dont_write_bytecode = True
sys.path[:0] = ['/engine', '/benchmarks']
import workloads
json.dumps(workloads.measure(Path('/benchmarks'), what))
`));
