/** The kernel's worker: where the reader's Python runs, or one whose snapshot the next page starts from. */

import { expose } from 'comlink';
import { SNAPSHOT_WORKER } from '../protocol';
import type { WorkerEvent } from '../protocol';
import { listenForGraphs, loadGraphviz } from './graphviz';
import { takeFromReaders } from './hardening';
import { limitMemory } from './memory-limit';
import { makeSnapshot, startPrepared } from '../start/prepared.worker';
import { RemoteKernel } from './remote-kernel';

const emit = (message: WorkerEvent) => postMessage(message);

/** A lock is held until its holder dies: so the page notices a worker that was killed. */
function stayAlive(): void {
  // There are no locks in a page from plain http:, nor a `crypto.randomUUID`.
  if (!navigator.locks) return;
  const name = `python-${crypto.randomUUID()}`;
  const held = navigator.locks.request(name, () => {
    emit({ alive: name });
    return new Promise(() => undefined);
  });
  held.catch(() => undefined); // refused where the reader forbids storage: then a death is not noticed
}

limitMemory();
if (self.name === SNAPSHOT_WORKER) {
  makeSnapshot().then(
    (digest) => emit({ snapshotSaved: digest }),
    () => emit({ snapshotSaved: false }),
  );
} else {
  const graphs = listenForGraphs();
  const prepared = startPrepared(
    (progress) => emit({ progress }),
    () => {
      graphs.then(loadGraphviz).catch(() => undefined);
    },
  );
  stayAlive();
  takeFromReaders();
  expose(new RemoteKernel(emit, prepared));
}
