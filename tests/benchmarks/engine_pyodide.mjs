// node engine_pyodide.mjs PYODIDE ENGINE BENCHMARKS
// Runs workloads.py inside Pyodide, with the engine that the folder ENGINE holds: a line for a line.
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [pyodideFolder, engine, benchmarks] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(pyodideFolder, 'pyodide.mjs')).href);
const pyodide = await loadPyodide({ indexURL: `${resolve(pyodideFolder)}/` });
for (const [from, to] of [
  [engine, '/engine'],
  [benchmarks, '/benchmarks'],
]) {
  pyodide.FS.mkdirTree(to);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: resolve(from) }, to);
}
const answer = pyodide.runPython(`
import sys
from pathlib import Path
sys.dont_write_bytecode = True
sys.path[:0] = ['/engine', '/benchmarks']
import workloads
workloads.Jobs(Path('/benchmarks')).answer
`);
for await (const line of createInterface({ input: process.stdin })) console.log(answer(line));
