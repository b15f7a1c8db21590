/** Has a snapshot of a started Python saved for the next page, once the reader's own has long been idle. */

import workerFile from 'separate:../worker/main';
import { savesData } from '../../dom/saves-data';
import { beside } from '../addresses';
import { readDigest, writeDigest } from './digest.page';
import { findSnapshot } from './store';
import { SNAPSHOT_WORKER } from '../protocol';
import type { WorkerEvent } from '../protocol';
import type { StateListener } from '../types';

/** Milliseconds. For a second or two another Python starts, and the reader is not to notice. */
const IDLE_MS = 5000;
/** Of a machine that has room for two Pythons. */
const MIN_MEMORY_GB = 4;

/** The page says `data-python-snapshot="saved"` when it is, `"failed"` when it could not be. */
export function saveSnapshotWhenIdle(kernel: { onState(listener: StateListener): () => void }): void {
  if (savesData() || !hasRoom() || !('caches' in self)) return;
  let timer: ReturnType<typeof setTimeout>;
  const stop = kernel.onState((state) => {
    clearTimeout(timer);
    if (state !== 'ready') return;
    timer = setTimeout(() => {
      stop();
      void ensureSnapshot();
    }, IDLE_MS);
  });
}

/** Phones that do not say how much memory they have are taken to have little. */
function hasRoom(): boolean {
  const { deviceMemory } = navigator as { deviceMemory?: number };
  return deviceMemory === undefined ? !matchMedia('(pointer: coarse)').matches : deviceMemory >= MIN_MEMORY_GB;
}

async function ensureSnapshot(): Promise<void> {
  if (await findSnapshot(workerFile, readDigest())) report('saved');
  else startSnapshotWorker();
}

function report(state: 'saved' | 'failed'): void {
  document.documentElement.dataset['pythonSnapshot'] = state;
}

function startSnapshotWorker(): void {
  const worker = new Worker(beside(workerFile), { type: 'module', name: SNAPSHOT_WORKER });
  worker.addEventListener('error', (event) => event.preventDefault());
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerEvent>) => {
    if (!('snapshotSaved' in data)) return;
    worker.terminate();
    report(data.snapshotSaved && writeDigest(data.snapshotSaved) ? 'saved' : 'failed');
  });
}
