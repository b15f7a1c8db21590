/** Fetches files and checks their hashes: a broken one is refused, and asked for once more past all caches. */

/** Of this module alone, as it is replaced for a while: see `interceptors.worker.ts`. */
const fetch = self.fetch.bind(self);

export interface VerifiedFile {
  file: string;
  bytes: number;
  /** As in a script's `integrity`. */
  integrity: string;
}

export function fetchVerified(folder: string, { file, integrity }: VerifiedFile): Promise<ArrayBuffer> {
  return twice(async (cache) => (await get(folder + file, { integrity, cache })).arrayBuffer());
}

/**
 * Import a module. A browser checks no hash of an import in a worker, but it takes from its cache what was
 * just put there.
 */
export async function importVerified<T>(folder: string, file: VerifiedFile): Promise<T> {
  await fetchVerified(folder, file);
  return import(folder + file.file) as Promise<T>;
}

/** Compile WebAssembly while it arrives: a check by `fetch` would hold it back until its last byte. */
export function compileVerified(folder: string, { file, integrity }: VerifiedFile): Promise<WebAssembly.Module> {
  // Only a page from https: or this very machine may compute hashes.
  if (!isSecureContext)
    return twice(async (cache) => WebAssembly.compileStreaming(asWebAssembly(await get(folder + file, { integrity, cache }))));
  return twice(async (cache) => {
    const response = await get(folder + file, { cache });
    const copy = response.clone();
    const [module, hash] = await Promise.all([WebAssembly.compileStreaming(asWebAssembly(response)), copy.arrayBuffer().then(hashOf)]);
    if (hash !== integrity) throw new Error(`${file} did not load as it was built`);
    return module;
  });
}

/** A host may serve WebAssembly under any type; a browser compiles it under its own only. */
export function asWebAssembly(response: Response): Response {
  const type = 'application/wasm';
  if (response.headers.get('Content-Type') === type) return response;
  return new Response(response.body, { status: response.status, headers: { 'Content-Type': type } });
}

function twice<T>(attempt: (cache: RequestCache) => Promise<T>): Promise<T> {
  return attempt('default').catch(() => attempt('reload'));
}

async function get(address: string, init: RequestInit): Promise<Response> {
  const response = await fetch(address, init);
  if (!response.ok) throw new Error(`${address.split('/').at(-1)} could not be loaded (HTTP ${response.status})`);
  return response;
}

async function hashOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}
