/** Pyodide as JupyterLite starts it: from its own folder and the wheels of its lock. */

import type { PyodideAPI } from 'pyodide';
import type { WorkerNote } from '../protocol';
import type { WorkerKernel } from '../worker-kernel';
import { watchDownloads } from './downloads';

export async function loadPlainPyodide(
  options: WorkerKernel.WorkerOptions,
  note: (note: WorkerNote) => void,
): Promise<PyodideAPI> {
  const downloads = watchDownloads((progress) => note({ progress }));
  try {
    const { loadPyodide } = (await import(options.pyodideUrl)) as typeof import('pyodide');
    const pyodide = loadPyodide({
      indexURL: options.indexUrl,
      stdout: (text: string) => console.log(text),
      stderr: (text: string) => console.error(text),
      ...options.loadPyodideOptions,
    });
    // Pyodide only logs a failed download, and then waits for ever.
    return await Promise.race([pyodide, downloads.failed]);
  } finally {
    downloads.stop();
  }
}

/** Tell the page when Python has suffered a fatal error: no call would end any more. */
export function reportDeath(pyodide: PyodideAPI, note: (note: WorkerNote) => void): void {
  const api = (pyodide as unknown as { _api?: { on_fatal?: (error: Error) => void } })._api;
  if (!api) return;
  api.on_fatal = (error) => {
    const memory = /memory/i.test(String(error?.message));
    note({ fatal: memory ? 'Python ran out of memory' : `Python suffered a fatal error (${error?.name}: ${error?.message})` });
  };
}
