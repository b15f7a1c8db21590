/** The kernel's worker: where the reader's Python runs. */

import { expose } from 'comlink';
import type { WorkerNote } from '../protocol';
import { limitMemory } from './memory-limit';
import { startPrepared } from './prepared-start';
import { RemoteKernel } from './remote-kernel';

limitMemory();
const note = (message: WorkerNote) => postMessage(message);
const plain = new URL(self.location.href).searchParams.has('plain');
const prepared = plain ? undefined : startPrepared(note);

/** A lock is held until its holder dies: so the page notices a worker that was killed. */
function stayAlive(): void {
  const name = `python-${crypto.randomUUID()}`;
  const held = navigator.locks?.request(name, () => {
    note({ alive: name });
    return new Promise(() => undefined);
  });
  held?.catch(() => undefined); // refused where the reader forbids storage: then a death is not noticed
}

stayAlive();
expose(new RemoteKernel(note, prepared));
