// Bundles the runtime's unit tests and runs them under Node: `node tests/runtime/run.mjs`.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
// esbuild is installed with the site's packages.
const { build } = createRequire(path.resolve(here, '../../site/package.json'))('esbuild');
const outdir = mkdtempSync(path.join(tmpdir(), 'runtime-tests-'));
const tests = readdirSync(here).filter((name) => name.endsWith('.test.ts'));

/** The parts that a page loads by address: a test hands over what it needs of them itself. */
const addresses = {
  name: 'addresses of separate files',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(separate|book):/ }, ({ path: name }) => ({ path: name, namespace: 'separate' }));
    onLoad({ filter: /.*/, namespace: 'separate' }, ({ path: name }) => ({
      contents: `export default ${JSON.stringify(`${path.basename(name)}.js`)};`,
    }));
  },
};

const BOOK = {
  storage: 'book',
  playground: 'book.playground',
  pieces: { value: 1, operators: 2, backward: 3, neuron: 5, layer: 5, network: 5 },
  ownEngineChapters: [6, 9],
  comparedIn: [4],
};

await build({
  entryPoints: tests.map((name) => path.join(here, name)),
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  sourcemap: 'inline',
  plugins: [addresses],
  nodePaths: [path.resolve(here, '../../site/node_modules')],
  loader: { '.py': 'text' },
  define: { BOOK: JSON.stringify(BOOK) },
});
const files = tests.map((name) => path.join(outdir, name.replace(/\.ts$/, '.mjs')));
const { status } = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...files], {
  stdio: 'inherit',
  cwd: path.resolve(here, '../..'),
});
rmSync(outdir, { recursive: true });
process.exit(status ?? 1);
