/** How esbuild bundles the page's kernel: for `build.mjs` of the runtime. */

import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const SEPARATE = 'separate:';

const LOADER = { '.py': 'text' };

/**
 * `separate:./module` becomes a self-contained, hashed file beside the bundle, and the import its name.
 *
 * A worker needs that; and a part that the page loads on demand can then be asked for again after a
 * failed download, under another address.
 */
function separateFiles(options) {
  return {
    name: 'separate files',
    setup({ onResolve, onLoad, initialOptions }) {
      const outdir = path.resolve(initialOptions.absWorkingDir ?? '.', initialOptions.outdir);
      // esbuild hashes a module's path as well: an absolute one would make the names depend on the folder.
      onResolve({ filter: new RegExp(`^${SEPARATE}`) }, ({ path: name, resolveDir }) => {
        const entry = `${path.resolve(resolveDir, name.slice(SEPARATE.length))}.ts`;
        return { path: path.relative(HERE, entry), namespace: 'separate', pluginData: entry };
      });
      onLoad({ filter: /.*/, namespace: 'separate' }, async ({ pluginData: entry }) => {
        const { metafile } = await build({
          entryPoints: [entry],
          outdir,
          bundle: true,
          format: 'esm',
          target: 'es2022',
          minify: initialOptions.minify ?? false,
          entryNames: `${entry.startsWith(HERE) ? 'kernel-' : ''}${path.basename(entry, '.ts')}-[hash]`,
          legalComments: 'none',
          metafile: true,
          logLevel: 'warning',
          ...options,
          // A part may itself have parts.
          plugins: [separateFiles(options), ...options.plugins],
        });
        const [file] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint && path.resolve(entryPoint) === entry);
        const watchFiles = Object.keys(metafile.inputs).filter((name) => !name.includes('node_modules'));
        return {
          contents: `export default ${JSON.stringify(path.basename(file))};`,
          watchFiles: watchFiles.map((name) => path.resolve(name)),
        };
      });
    },
  };
}

/** The fast start's files, written into the worker: a bundle and its archives belong together. */
function bootManifest() {
  return {
    name: 'boot manifest',
    setup({ onResolve, onLoad, initialOptions }) {
      const file = path.resolve(initialOptions.outdir, '../../boot/manifest.json');
      onResolve({ filter: /^boot:manifest$/ }, () => ({ path: 'manifest', namespace: 'boot' }));
      onLoad({ filter: /.*/, namespace: 'boot' }, async () => ({
        contents: existsSync(file) ? await readFile(file, 'utf8') : 'null',
        loader: 'json',
      }));
    },
  };
}

/** The program that puts the reader's own engine in place; nothing where the book has none. */
function ownEngine(program) {
  return {
    name: 'own engine',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^book:own-engine$/ }, () => ({ path: 'own-engine', namespace: 'book' }));
      onLoad({ filter: /.*/, namespace: 'book' }, async () => ({
        contents: program ? await readFile(path.resolve(HERE, '../../..', program), 'utf8') : '',
        loader: 'text',
      }));
    },
  };
}

/** The scripts of the book's widgets, each a file of its own, by name. */
function widgetScripts(widgets) {
  const scripts = Object.entries(widgets).map(([name, { folder }]) => [name, path.resolve(HERE, '../../..', folder, 'widget')]);
  return {
    name: 'widgets',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^book:widgets$/ }, () => ({ path: 'widgets', namespace: 'widgets' }));
      onLoad({ filter: /.*/, namespace: 'widgets' }, () => ({
        contents: [
          ...scripts.map(([, script], i) => `import file${i} from ${JSON.stringify(`${SEPARATE}${script}`)};`),
          `export default {${scripts.map(([name], i) => `${JSON.stringify(name)}: file${i}`)}};`,
        ].join('\n'),
        resolveDir: HERE,
      }));
    },
  };
}

/** What is this book's own, as site/settings.py reads it. */
function bookSettings() {
  const env = { ...process.env, PYTHONPATH: path.resolve(HERE, '../..') };
  return JSON.parse(execFileSync('python', ['-m', 'settings'], { env, encoding: 'utf8' }));
}

/** Options for esbuild, to be joined with the runtime's own. */
export function kernelBundling() {
  const { distribution, playground, own_engine: engine, widgets } = bookSettings();
  const book = {
    storage: distribution,
    playground,
    pieces: engine?.pieces ?? {},
    ownEngineChapters: engine?.chapters ?? null,
    comparedIn: engine?.compared_in ?? [],
  };
  const define = { BOOK: JSON.stringify(book) };
  const inner = { plugins: [bootManifest(), ownEngine(engine?.program)], loader: LOADER, define };
  return { plugins: [widgetScripts(widgets), separateFiles(inner)], loader: LOADER, define };
}
