/** Graphviz, loaded while Python starts where the page's cells draw graphs: Python's own import finds it then. */

import { savesData } from '../../dom/saves-data';
import type { PageMessage } from '../protocol';

/** The address by which Python imports it. */
const GRAPHVIZ = new URL('../../pyodide/graphviz/graphviz.js', import.meta.url).href;

/** Such as the engine draws. */
const GRAPH = 'digraph { rankdir=LR; node [fontname=Courier]; a [shape=record, label="a | b"]; a -> c }';

interface GraphvizModule {
  loadGraphviz(): Promise<(dot: string) => string>;
}

/** Resolves when the page says that its cells draw graphs; to be called on the worker's first line. */
export function listenForGraphs(): Promise<void> {
  return new Promise((resolve) => {
    addEventListener('message', ({ data }: MessageEvent<PageMessage>) => {
      if ('drawsGraphs' in data) resolve();
    });
  });
}

/** Where this fails, the first drawing tries again and says why. */
export async function loadGraphviz(): Promise<void> {
  if (savesData()) return;
  // Browsers remember that a module could not be loaded: it is imported only once it is there.
  const response = await fetch(GRAPHVIZ);
  await response.arrayBuffer();
  if (!response.ok) return;
  const { loadGraphviz } = (await import(GRAPHVIZ)) as GraphvizModule;
  // A browser compiles WebAssembly when it first runs.
  (await loadGraphviz())(GRAPH);
}
