/** Has the memory of a started Python kept for the next page, once the reader's own has long been quiet. */

import workerFile from 'separate:./worker/main';
import { savesData } from '../dom/saves-data';
import { beside } from './addresses';
import { readSeal, writeSeal } from './memory-seal';
import { find } from './memory-store';
import { KEEPS_MEMORY } from './protocol';
import type { WorkerNote } from './protocol';
import type { StateListener } from './types';

/** Milliseconds. For a second or two another Python starts, and the reader is not to notice. */
const QUIET = 5000;
/** Gigabytes of a machine that has room for two Pythons. */
const ROOM = 4;

/** The page says `data-python-memory="kept"` when it is, `"lost"` when it could not be. */
export function keepMemoryWhenQuiet(kernel: { onState(listener: StateListener): () => void }): void {
  if (savesData() || !hasRoom() || !('caches' in self)) return;
  let timer: ReturnType<typeof setTimeout>;
  const stop = kernel.onState((state) => {
    clearTimeout(timer);
    if (state !== 'ready') return;
    timer = setTimeout(() => {
      stop();
      void keepMemory();
    }, QUIET);
  });
}

/** Phones that do not say how much memory they have are taken to have little. */
function hasRoom(): boolean {
  const { deviceMemory } = navigator as { deviceMemory?: number };
  return deviceMemory === undefined ? !matchMedia('(pointer: coarse)').matches : deviceMemory >= ROOM;
}

async function keepMemory(): Promise<void> {
  if (await find(workerFile, readSeal())) say('kept');
  else makeMemory();
}

function say(state: 'kept' | 'lost'): void {
  document.documentElement.dataset['pythonMemory'] = state;
}

function makeMemory(): void {
  const worker = new Worker(beside(workerFile), { type: 'module', name: KEEPS_MEMORY });
  worker.addEventListener('error', (event) => event.preventDefault());
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerNote>) => {
    if (!('memoryKept' in data)) return;
    worker.terminate();
    say(data.memoryKept && writeSeal(data.memoryKept) ? 'kept' : 'lost');
  });
}
