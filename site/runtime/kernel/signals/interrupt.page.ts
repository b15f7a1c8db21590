/**
 * How the page interrupts running Python without shared memory.
 *
 * A worker that runs Python cannot receive messages, but it can read an object URL synchronously.
 * The page makes one, and revokes it to interrupt.
 */

import { makeObjectUrl } from './object-urls.page';
import type { InterruptUrl } from '../protocol';

export class InterruptSignal {
  url: InterruptUrl = makeObjectUrl('running');

  /** Let the next poll of the worker fail. */
  trigger(): void {
    URL.revokeObjectURL(this.url);
    this.url = makeObjectUrl('running');
  }

  dispose(): void {
    URL.revokeObjectURL(this.url);
  }
}
