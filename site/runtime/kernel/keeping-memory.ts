/** Has the memory of a started Python kept for the next page, once the reader's own has long been quiet. */

import workerFile from 'separate:./worker/main';
import { savesData } from '../page/saves-data';
import { beside } from './addresses';
import type { PageKernel } from './index';
import { KEEPS_MEMORY } from './protocol';
import type { WorkerNote } from './protocol';

/** Milliseconds. For a second or two another Python starts, and the reader is not to notice. */
const QUIET = 5000;
/** Gigabytes of a machine that has room for two Pythons. */
const ROOM = 4;

/** The page says `data-python-memory="kept"` when it is, `"lost"` when it could not be. */
export function keepMemoryWhenQuiet(kernel: PageKernel): void {
  if (savesData() || !hasRoom() || !('caches' in self)) return;
  let timer: ReturnType<typeof setTimeout>;
  const stop = kernel.onState((state) => {
    clearTimeout(timer);
    if (state !== 'ready') return;
    timer = setTimeout(() => {
      stop();
      keepMemory();
    }, QUIET);
  });
}

/** Phones that do not say how much memory they have are taken to have little. */
function hasRoom(): boolean {
  const { deviceMemory } = navigator as { deviceMemory?: number };
  return deviceMemory === undefined ? !matchMedia('(pointer: coarse)').matches : deviceMemory >= ROOM;
}

function keepMemory(): void {
  const worker = new Worker(beside(workerFile), { type: 'module', name: KEEPS_MEMORY });
  worker.addEventListener('error', (event) => event.preventDefault());
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerNote>) => {
    if (data.memoryKept === undefined) return;
    worker.terminate();
    document.documentElement.dataset['pythonMemory'] = data.memoryKept ? 'kept' : 'lost';
  });
}
