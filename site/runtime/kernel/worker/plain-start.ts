/** Pyodide as JupyterLite starts it: from its own folder and the wheels of its lock. */

import type { PyodideAPI } from 'pyodide';
import type { StartOptions, WorkerNote } from '../protocol';
import { watchDownloads } from './downloads';
import { watchInstantiation } from './substitutes';

export async function loadPlainPyodide(options: StartOptions, note: (note: WorkerNote) => void): Promise<PyodideAPI> {
  const downloads = watchDownloads((progress) => note({ progress }));
  const instantiation = watchInstantiation();
  try {
    const { loadPyodide } = (await import(options.pyodideUrl)) as typeof import('pyodide');
    const pyodide = loadPyodide({
      indexURL: options.indexUrl,
      stdout: (text: string) => console.log(text),
      stderr: (text: string) => console.error(text),
      ...options.loadPyodideOptions,
    });
    // Pyodide only logs what it could not download or instantiate, and then waits for ever.
    return await Promise.race([pyodide, downloads.failed, instantiation.failed]);
  } finally {
    downloads.stop();
    instantiation.stop();
  }
}

/** Tell the page when Python has suffered a fatal error: no call would end any more. */
export function reportDeath(pyodide: PyodideAPI, note: (note: WorkerNote) => void): void {
  const api = (pyodide as unknown as { _api?: { on_fatal?: (error: Error) => void } })._api;
  if (!api) {
    console.warn('Pyodide has no _api as it did: a death of Python will not be told.');
    return;
  }
  api.on_fatal = (error) => note({ fatal: whyDead(error) });
}

function whyDead(error: Error): string {
  const message = String(error?.message);
  if (error?.name === 'Exit') return 'Python was ended by the code';
  if (/memory/i.test(message)) return 'Python ran out of memory';
  if (/call stack/i.test(message)) return 'Python was ended by calls nested too deeply';
  return `Python suffered a fatal error (${error?.name}: ${message})`;
}
