// Graphviz in WebAssembly: the same drawing in the page, in JupyterLite and in the build under Node.
import { Graphviz } from '@hpcc-js/wasm-graphviz';

/**
 * Resolves to a function from DOT source to SVG source. It throws an Error that says what is wrong with the DOT. From
 * then on it is `globalThis.graphviz` too, for who cannot wait.
 */
export async function loadGraphviz() {
  const graphviz = await Graphviz.load();
  const draw = (dot) => graphviz.dot(dot, 'svg');
  globalThis.graphviz = draw;
  return draw;
}
