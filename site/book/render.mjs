// Reads a JSON list of {kind, source} and writes a list of {text} or {error}, in the same order.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import katex from 'katex';
import { Graphviz } from '@hpcc-js/wasm-graphviz';

const TERMINAL = path.resolve(import.meta.dirname, '../runtime/output/terminal-html.ts');

const jobs = JSON.parse(readFileSync(0, 'utf8'));
const graphviz = jobs.some((job) => job.kind === 'dot') ? await Graphviz.load() : undefined;

/** The page's own reader of terminal text. */
async function loadTerminal() {
  const { outputFiles } = await build({ entryPoints: [TERMINAL], bundle: true, write: false, format: 'esm', target: 'es2022' });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

const terminal = jobs.some(({ kind }) => kind === 'stream' || kind === 'text') ? await loadTerminal() : undefined;

// Graphviz writes a whole XML document; in a page only the <svg> is wanted.
const drawing = (source) =>
  graphviz
    .dot(source)
    .replace(/^[\s\S]*?(?=<svg)/, '')
    .trim();

const formula = (source, displayMode) =>
  katex.renderToString(source, { displayMode, output: 'htmlAndMathml', throwOnError: true, strict: 'error' });

const RENDERERS = {
  dot: drawing,
  inline: (source) => formula(source, false),
  display: (source) => formula(source, true),
  stream: (source) => terminal.streamHtml(source),
  text: (source) => terminal.textHtml(source),
};

const results = jobs.map(({ kind, source }) => {
  try {
    return { text: RENDERERS[kind](source) };
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
});
process.stdout.write(JSON.stringify(results));
