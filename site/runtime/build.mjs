// Bundles the page's runtime: `node build.mjs FOLDER` writes hashed files and manifest.json there.

import { build } from 'esbuild';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { kernelBundling } from './kernel/bundling.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** Name in the manifest -> where it begins. */
const ENTRIES = { 'live.js': 'live.ts', 'live.css': 'style/live.css' };

async function bundle(outdir, entry, options) {
  const { metafile } = await build({
    entryPoints: [path.join(HERE, entry)],
    outdir,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    ...options,
  });
  const files = Object.entries(metafile.outputs);
  const [file] = files.find(([, { entryPoint }]) => entryPoint?.endsWith(entry));
  return { file: path.basename(file), count: files.length };
}

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('build.mjs got no output folder; run: node site/runtime/build.mjs FOLDER');
  process.exit(2);
}
const outdir = path.resolve(folder);
await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });
const [script, style] = await Promise.all([bundle(outdir, ENTRIES['live.js'], kernelBundling()), bundle(outdir, ENTRIES['live.css'], {})]);
const manifest = { 'live.js': script.file, 'live.css': style.file };
await writeFile(path.join(outdir, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`runtime: ${script.count + style.count} files in ${folder}`);
