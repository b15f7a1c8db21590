// node tests/in_pyodide.mjs PYODIDE SITE_PACKAGES PYTEST_ARGUMENT…
// Runs pytest inside Pyodide with the wheel that the site serves.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [pyodideFolder, sitePackages, ...pytestArguments] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(pyodideFolder, 'pyodide.mjs')).href);
const pyodide = await loadPyodide({ indexURL: `${resolve(pyodideFolder)}/` });
await pyodide.loadPackage(['micrograd-live', 'graphviz'], { messageCallback: () => {} });

// The tests stand in a folder without the engine's sources, so that they import the wheel.
const mount = (from, to) => {
  pyodide.FS.mkdirTree(to);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: resolve(from) }, to);
};
mount('tests', '/run/tests');
mount(sitePackages, '/test-packages');
// There is no server to ask for the data sets.
mount(`${pyodideFolder}/data`, `${pyodide.runPython('import micrograd; micrograd.__path__[0]')}/data`);
pyodide.FS.writeFile('/run/pyproject.toml', readFileSync('pyproject.toml'));

pyodide.globals.set('pytest_arguments', pyodide.toPy(pytestArguments));
const status = await pyodide.runPythonAsync(`
import os, sys
sys.dont_write_bytecode = True
sys.path.append('/test-packages')
os.chdir('/run')
import micrograd
assert 'site-packages' in micrograd.__file__, micrograd.__file__
import pytest
int(pytest.main(['-p', 'no:cacheprovider', *pytest_arguments]))
`);
process.exit(status);
