/**
 * A cell's output on its way to the page.
 *
 * Every `write` of Python is a message of its own, and a `print` is two: a cell that floods would
 * freeze the page. A cell's first messages go at once, since a call into C may follow in which nothing
 * can be sent; then they are gathered for a moment, and what would be cleared or is too much is left out.
 */

import { OutputQueue } from '../output-queue';
import type { KernelMessage } from '../output-queue';

/** Messages of a cell that do not wait: more than its author prints one by one. */
const UNDELAYED_MESSAGES = 100;
/** How long later messages may wait for more. */
const DELAY_MS = 50;
/** Messages that are sent at once while a cell runs: what a page can show within a frame or two. */
const BATCH = 20;
/** Characters that a cell may print; more than a page shows. */
const LIMIT = 1_000_000;
/** Bytes that one rich output may have. */
const RICH_LIMIT = 10_000_000;
/** Bytes that go to the page in a millisecond, so that large pictures leave it time for the reader. */
const BYTES_PER_MS = 10_000;

export class OutputStream {
  #post: (message: KernelMessage) => void;
  #queue = new OutputQueue();
  #parentHeader: unknown;
  #name = 'stdout';
  #pieces: string[] = [];
  #gathered = 0;
  #next = 0;
  #messages = 0;
  #sent = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(post: (message: KernelMessage) => void) {
    this.#post = post;
  }

  /** The output from now on belongs to this request. */
  begin(parentHeader: unknown): void {
    this.flush();
    this.#queue.begin();
    this.#parentHeader = parentHeader;
    this.#messages = 0;
    this.#sent = 0;
  }

  /** Text for `stdout` or `stderr`. */
  write(name: string, text: string): void {
    if (this.#sent > LIMIT || text === '') return;
    if (name !== this.#name) {
      this.#endText();
      this.#name = name;
    }
    this.#gathered += text.length;
    this.#pieces.push(text);
    const room = LIMIT - this.#sent;
    if (this.#gathered > room) {
      this.#pieces.push(`\n… more than ${LIMIT.toLocaleString('en')} characters: the rest is not shown\n`);
      this.flush();
    } else this.#pace();
  }

  /** Any other message; the text before it goes first. */
  send(message: KernelMessage): void {
    this.#endText();
    this.#queue.push(this.#bounded(message));
    this.#pace();
  }

  /** Send what has waited long enough: called while Python computes and no timer can run. */
  flushOld(): void {
    if (performance.now() > this.#next) this.#sendSome(BATCH);
  }

  /** Send all that waits. */
  flush(): void {
    this.#sendSome(Infinity);
  }

  #pace(): void {
    if (++this.#messages <= UNDELAYED_MESSAGES || performance.now() > this.#next) this.#sendSome(BATCH);
    else this.#wait();
  }

  #wait(): void {
    this.#timer ??= setTimeout(() => this.#sendSome(BATCH), Math.max(DELAY_MS, this.#next - performance.now()));
  }

  #endText(): void {
    if (this.#pieces.length === 0) return;
    const bundle = { name: this.#name, text: this.#pieces.join('') };
    this.#pieces = [];
    this.#gathered = 0;
    this.#queue.push({ type: 'stream', parentHeader: this.#parentHeader, bundle });
  }

  #sendSome(count: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#endText();
    let bytes = 0;
    for (const message of this.#queue.take(count)) {
      bytes += sizeOf(message);
      // Counted when it is sent: what was cleared before is nothing that a page shows.
      if (message.type === 'stream') this.#sent += (message.bundle!.text as string).length;
      if (message.type === 'clear_output') this.#sent = 0;
      this.#post(message);
    }
    if (bytes || this.#queue.length) this.#next = performance.now() + Math.max(DELAY_MS, bytes / BYTES_PER_MS);
    if (this.#queue.length) this.#wait();
  }

  #bounded(message: KernelMessage): KernelMessage {
    const size = sizeOf(message);
    if (size <= RICH_LIMIT || !message.bundle?.data) return message;
    const text = `… an output of ${(size / 1e6).toFixed(1)} MB: more than ${RICH_LIMIT / 1e6} MB is not shown`;
    return { ...message, bundle: { ...message.bundle, data: { 'text/plain': text } } };
  }
}

function sizeOf({ bundle }: KernelMessage): number {
  if (typeof bundle?.text === 'string') return bundle.text.length;
  return Object.values(bundle?.data ?? {}).reduce((sum: number, value) => sum + lengthOf(value), 0);
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : (JSON.stringify(value)?.length ?? 0);
}
