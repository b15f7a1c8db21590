/**
 * A cell's output on its way to the page.
 *
 * Every `write` of Python is a message of its own, and a `print` is two: a cell that floods would
 * freeze the page. A cell's first writes go at once, since a call into C may follow in which nothing
 * can be sent; then text is gathered for a moment, and after a limit dropped.
 */

/** Writes of a cell that do not wait: more than its author prints one by one. */
const PROMPT = 100;
/** Milliseconds that later text may wait for more. */
const DELAY = 50;
/** Characters that a cell may print; more than a page shows. */
const LIMIT = 1_000_000;
/** Bytes that one rich output may have. */
const RICH_LIMIT = 10_000_000;

interface KernelMessage {
  type: string;
  parentHeader?: unknown;
  bundle?: { data?: Record<string, unknown> } & Record<string, unknown>;
}

export class OutputStream {
  #post: (message: unknown) => void;
  #parentHeader: unknown;
  #name = 'stdout';
  #pieces: string[] = [];
  #since = 0;
  #writes = 0;
  #sent = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(post: (message: unknown) => void) {
    this.#post = post;
  }

  /** The output from now on belongs to this request. */
  begin(parentHeader: unknown): void {
    this.flush();
    this.#parentHeader = parentHeader;
    this.#writes = 0;
    this.#sent = 0;
  }

  /** Text for `stdout` or `stderr`. */
  write(name: string, text: string): void {
    if (this.#sent > LIMIT || text === '') return;
    if (name !== this.#name) {
      this.flush();
      this.#name = name;
    }
    this.#sent += text.length;
    this.#pieces.push(text);
    if (this.#sent > LIMIT) {
      this.#pieces.push(`\n… more than ${LIMIT.toLocaleString('en')} characters: the rest is not shown\n`);
      this.flush();
    } else if (++this.#writes <= PROMPT || performance.now() - this.#since > DELAY) {
      this.flush();
    } else {
      this.#timer ??= setTimeout(() => this.flush(), DELAY);
    }
  }

  /** Any other message; the text before it goes first. */
  send(message: KernelMessage): void {
    this.flush();
    this.#post(this.#bounded(message));
  }

  /** Send what has waited long enough: called while Python computes and no timer can run. */
  flushOld(): void {
    if (performance.now() - this.#since > DELAY) this.flush();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pieces.length === 0) return;
    const bundle = { name: this.#name, text: this.#pieces.join('') };
    this.#pieces = [];
    this.#since = performance.now();
    this.#post({ type: 'stream', parentHeader: this.#parentHeader, bundle });
  }

  #bounded(message: KernelMessage): KernelMessage {
    const data = message.bundle?.data;
    if (!data) return message;
    const size = Object.values(data).reduce((sum: number, value) => sum + lengthOf(value), 0);
    if (size <= RICH_LIMIT) return message;
    const text = `… an output of ${(size / 1e6).toFixed(1)} MB: more than ${RICH_LIMIT / 1e6} MB is not shown`;
    return { ...message, bundle: { ...message.bundle, data: { 'text/plain': text } } };
  }
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : (JSON.stringify(value)?.length ?? 0);
}
