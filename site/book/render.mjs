// Reads a JSON list of {kind, source} and writes a list of {text} or {error}, in the same order.
import { readFileSync } from 'node:fs';
import katex from 'katex';
import { Graphviz } from '@hpcc-js/wasm-graphviz';

const jobs = JSON.parse(readFileSync(0, 'utf8'));
const graphviz = jobs.some((job) => job.kind === 'dot') ? await Graphviz.load() : undefined;

// Graphviz writes a whole XML document; in a page only the <svg> is wanted.
const drawing = (source) =>
  graphviz
    .dot(source)
    .replace(/^[\s\S]*?(?=<svg)/, '')
    .trim();

const formula = (source, displayMode) =>
  katex.renderToString(source, { displayMode, output: 'htmlAndMathml', throwOnError: true, strict: 'error' });

const results = jobs.map(({ kind, source }) => {
  try {
    return { text: kind === 'dot' ? drawing(source) : formula(source, kind === 'display') };
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
});
process.stdout.write(JSON.stringify(results));
