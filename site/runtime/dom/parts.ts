/** Parts of the page's script that are fetched when they are needed. */

const FOLDER = new URL('./', import.meta.url);

const parts = new Map<string, Promise<unknown>>();
const failures = new Map<string, number>();

/**
 * Loads a part that was built as a file of its own (`separate:…`). One that is lost is asked for once more
 * at once, and again at the next call, each time under another address: browsers remember that a module
 * could not be loaded.
 */
export function loadPart<Part>(file: string): Promise<Part> {
  let part = parts.get(file);
  if (!part) {
    part = ask(file).catch(() => ask(file));
    parts.set(file, part);
    part.catch(() => parts.delete(file));
  }
  return part as Promise<Part>;
}

async function ask(file: string): Promise<unknown> {
  const failed = failures.get(file) ?? 0;
  try {
    return await import(new URL(failed ? `${file}?attempt=${failed}` : file, FOLDER).href);
  } catch (error) {
    failures.set(file, failed + 1);
    throw error;
  }
}
