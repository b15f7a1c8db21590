/** What is being downloaded, and whether it came. */

import type { Progress } from '../types';

export interface Downloads {
  /** Rejects when a download failed. */
  failed: Promise<never>;
  stop(): void;
}

/** Watch `fetch` of this worker. */
export function watchDownloads(report: (progress: Progress) => void): Downloads {
  const original = self.fetch;
  let fail!: (error: Error) => void;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined);
  let begun = 0;
  let done = 0;
  self.fetch = async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    begun += 1;
    report({ text: `Loading ${describe(address)} (${done} of ${begun} files)` });
    try {
      const response = await original.call(self, input, init);
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      done += 1;
      report({ text: `Loading Python (${done} of ${begun} files)` });
      return response;
    } catch (error) {
      fail(new Error(`${describe(address)} could not be loaded: ${(error as Error).message}`, { cause: error }));
      throw error;
    }
  };
  return {
    failed,
    stop() {
      self.fetch = original;
    },
  };
}

function describe(address: string): string {
  const file = address.split(/[?#]/)[0]!.split('/').at(-1)!;
  if (file.startsWith('pyodide.asm')) return 'Python';
  if (file.startsWith('python_stdlib')) return "Python's standard library";
  return file.endsWith('.whl') ? file.split('-')[0]! : file;
}
