/** Pyodide as JupyterLite starts it: from its own folder and the wheels of its lock. */

import type { PyodideAPI } from 'pyodide';
import type { StartOptions, WorkerEvent } from '../protocol';
import { watchDownloads } from './downloads.worker';
import { watchInstantiation } from './interceptors.worker';

export async function loadPlainPyodide(options: StartOptions, emit: (event: WorkerEvent) => void): Promise<PyodideAPI> {
  const downloads = watchDownloads((progress) => emit({ progress }));
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
export function reportFatalErrors(pyodide: PyodideAPI, emit: (event: WorkerEvent) => void): void {
  const api = (pyodide as unknown as { _api?: { on_fatal?: (error: Error) => void } })._api;
  if (!api) {
    console.warn('Pyodide has no _api as it did: its fatal errors will not be reported.');
    return;
  }
  api.on_fatal = (error) => emit({ fatal: describeFatalError(error) });
}

function describeFatalError(error: Error): string {
  const message = String(error?.message);
  if (error?.name === 'Exit') return 'Python was ended by the code';
  if (/memory/i.test(message)) return 'Python ran out of memory';
  if (/call stack/i.test(message)) return 'Python was ended by calls nested too deeply';
  return `Python suffered a fatal error (${error?.name}: ${message})`;
}
