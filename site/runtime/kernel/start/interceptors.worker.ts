/**
 * Answers what Pyodide fetches and compiles while it starts: the one place that knows how it asks.
 *
 * Pyodide calls `fetch` for its WebAssembly and for its standard library, and
 * `WebAssembly.instantiateStreaming` with the former. What it does not ask for in this way, or what
 * fails, ends the start: Pyodide itself only logs it, and waits for ever.
 */

import { asWebAssembly } from './verified-fetch.worker';

/** Run `load` while the compiled `module`, and the `archive` at its address, answer for it. */
export async function interceptRequests<T>(
  module: Promise<WebAssembly.Module>,
  address: string,
  archive: Promise<ArrayBuffer>,
  load: () => Promise<T>,
): Promise<T> {
  const { fetch } = self;
  const asked = new Set<string>();
  self.fetch = async (input, init) => {
    const wanted = input instanceof Request ? input.url : String(input);
    if (wanted === address) {
      asked.add('fetch');
      const bytes = await archive;
      // Not a `Response` of them, which would copy them twice.
      return { ok: true, arrayBuffer: async () => bytes } as Response;
    }
    if (wanted.endsWith('/pyodide.asm.wasm')) return new Response();
    return fetch.call(self, input, init);
  };
  const instantiation = watchInstantiation(async (imports) => {
    asked.add('WebAssembly.instantiateStreaming');
    const compiled = await module;
    return { module: compiled, instance: await WebAssembly.instantiate(compiled, imports) };
  });
  try {
    const loaded = await Promise.race([load(), instantiation.failed]);
    for (const name of ['fetch', 'WebAssembly.instantiateStreaming']) {
      if (!asked.has(name)) throw new Error(`Pyodide does not use ${name} as it did`);
    }
    return loaded;
  } finally {
    self.fetch = fetch;
    instantiation.stop();
  }
}

type Imports = WebAssembly.Imports;
type Source = WebAssembly.WebAssemblyInstantiatedSource;

/**
 * Let `interceptor`, where there is one, instantiate in the browser's stead; `failed` rejects when the
 * WebAssembly cannot be had.
 */
export function watchInstantiation(interceptor?: (imports: Imports) => Promise<Source>): {
  failed: Promise<never>;
  stop: () => void;
} {
  const { instantiate, instantiateStreaming } = WebAssembly;
  let fail!: (error: unknown) => void;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined);
  const watched = <T>(instance: Promise<T>): Promise<T> => {
    instance.catch(fail);
    return instance;
  };
  WebAssembly.instantiateStreaming = (source, imports = {}) =>
    watched(
      interceptor ? interceptor(imports) : instantiateStreaming.call(WebAssembly, Promise.resolve(source).then(asWebAssembly), imports),
    );
  // What does not stream is not intercepted, and fails here.
  WebAssembly.instantiate = ((source: BufferSource, imports: Imports) =>
    watched(instantiate.call(WebAssembly, source, imports))) as typeof instantiate;
  return {
    failed,
    stop: () => Object.assign(WebAssembly, { instantiate, instantiateStreaming }),
  };
}
