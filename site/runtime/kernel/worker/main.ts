/** The kernel's worker: where the reader's Python runs, or one whose memory the next page begins with. */

import { expose } from 'comlink';
import { KEEPS_MEMORY } from '../protocol';
import type { WorkerNote } from '../protocol';
import { listenForGraphs, loadGraphviz } from './graphviz';
import { takeFromReaders } from './hardening';
import { limitMemory } from './memory-limit';
import { keepMemory, startPrepared } from './prepared-start';
import { RemoteKernel } from './remote-kernel';

const note = (message: WorkerNote) => postMessage(message);

/** A lock is held until its holder dies: so the page notices a worker that was killed. */
function stayAlive(): void {
  // There are no locks in a page from plain http:, nor a `crypto.randomUUID`.
  if (!navigator.locks) return;
  const name = `python-${crypto.randomUUID()}`;
  const held = navigator.locks.request(name, () => {
    note({ alive: name });
    return new Promise(() => undefined);
  });
  held.catch(() => undefined); // refused where the reader forbids storage: then a death is not noticed
}

limitMemory();
if (self.name === KEEPS_MEMORY) {
  keepMemory().then(
    (seal) => note({ memoryKept: seal }),
    () => note({ memoryKept: false }),
  );
} else {
  const graphs = listenForGraphs();
  const prepared = startPrepared(
    (progress) => note({ progress }),
    () => {
      graphs.then(loadGraphviz).catch(() => undefined);
    },
  );
  stayAlive();
  takeFromReaders();
  expose(new RemoteKernel(note, prepared));
}
