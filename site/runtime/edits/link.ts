/** Code that travels in a link's fragment: `#code=` and compressed JSON. */

export interface SharedCode {
  chapter: string;
  /** Code by the cell's id. */
  cells: Record<string, string>;
}

const KEY = 'code=';
/** More than any chapter; a short link may unpack to gigabytes. */
const LIMIT = 300_000;

async function through(bytes: Uint8Array<ArrayBuffer>, stream: ReadableWritablePair<Uint8Array, BufferSource>): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let { done, value } = await reader.read(); !done && value; { done, value } = await reader.read()) {
    size += value.length;
    if (size > LIMIT) {
      await reader.cancel();
      throw new Error(`The code in the link is longer than ${LIMIT} bytes`);
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Rejects with words for the reader where no visitor could open the link. */
export async function toFragment(shared: SharedCode): Promise<string> {
  const size = new TextEncoder().encode(JSON.stringify(shared)).length;
  if (size > LIMIT) {
    throw new Error(
      `The code is too long for a link: ${Math.ceil(size / 1000)} kB, and a link carries at most ${LIMIT / 1000} kB. Download the notebook and send that.`,
    );
  }
  const bytes = await through(new TextEncoder().encode(JSON.stringify(shared)), new CompressionStream('deflate-raw'));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return KEY + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The code in a location's hash; null where there is none, an error where it cannot be read. */
export async function fromFragment(hash: string): Promise<SharedCode | null> {
  const fragment = hash.replace(/^#/, '');
  if (!fragment.startsWith(KEY)) return null;
  const binary = atob(fragment.slice(KEY.length).replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = await through(
    Uint8Array.from(binary, (letter) => letter.charCodeAt(0)),
    new DecompressionStream('deflate-raw'),
  );
  const shared: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const { chapter, cells } = (shared ?? {}) as Partial<SharedCode>;
  const readable =
    typeof chapter === 'string' &&
    typeof cells === 'object' &&
    cells !== null &&
    Object.values(cells).every((code) => typeof code === 'string');
  if (!readable) throw new Error('The link holds something other than code of a chapter');
  return { chapter, cells };
}
