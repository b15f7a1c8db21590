/**
 * What Pyodide would fetch and compile itself, given to it: the one place that knows how it asks.
 *
 * Pyodide calls `fetch` for its WebAssembly and for its standard library, and
 * `WebAssembly.instantiateStreaming` with the former.
 */

/** Run `load` while the compiled `module`, and the `archive` at its address, stand in. */
export async function withSubstitutes<T>(
  module: Promise<WebAssembly.Module>,
  address: string,
  archive: Promise<ArrayBuffer>,
  load: () => Promise<T>,
): Promise<T> {
  const { fetch } = self;
  const { instantiateStreaming } = WebAssembly;
  self.fetch = async (input, init) => {
    const asked = input instanceof Request ? input.url : String(input);
    if (asked === address) return new Response(await archive);
    if (asked.endsWith('/pyodide.asm.wasm')) return new Response();
    return fetch.call(self, input, init);
  };
  WebAssembly.instantiateStreaming = async (_, imports) => {
    const compiled = await module;
    return { module: compiled, instance: await WebAssembly.instantiate(compiled, imports) };
  };
  try {
    return await load();
  } finally {
    self.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}
