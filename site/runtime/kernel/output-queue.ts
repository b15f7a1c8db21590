/**
 * Messages of a cell on their way to the page, with what the reader would never see left out.
 *
 * A loop can clear, display and update a thousand times between two frames. Of these the page gets what leads to the
 * same picture: no output that is cleared before it is sent, of several updates of one display the last, no more
 * displays than the page shows, no updates of what is not shown, and text in as few pieces as its place allows.
 */

export interface KernelMessage {
  type: string;
  parentHeader?: unknown;
  bundle?: {
    data?: Record<string, unknown>;
    transient?: { display_id?: string } | null;
    wait?: boolean;
    name?: string;
    text?: unknown;
    ename?: string;
  };
}

/** Rich outputs and errors that a page shows of one run, and one more by which it sees that there are others. */
const RICH_LIMIT = 201;
/** Messages of other kinds that a run may send. */
const OTHER_LIMIT = 1000;

const RICH = new Set(['display_data', 'execute_result', 'execute_error']);

const isClear = ({ type }: KernelMessage): boolean => type === 'clear_output';

export class OutputQueue {
  private waiting: KernelMessage[] = [];
  /** Whether the next output clears those before: by a message that waits, or that the page has. */
  private clears: 'no' | 'waiting' | 'sent' = 'no';
  private rich = 0;
  private others = 0;
  private readonly shown = new Set<string>();

  get length(): number {
    return this.waiting.length;
  }

  /** A new run begins. */
  begin(): void {
    this.rich = 0;
    this.others = 0;
    this.clears = 'no';
  }

  push(message: KernelMessage): void {
    if (message.type === 'clear_output') this.clear(message);
    else if (message.type === 'update_display_data') this.update(message);
    else if (message.type === 'stream') this.addText(message);
    else if (RICH.has(message.type)) this.addRich(message);
    else if (++this.others <= OTHER_LIMIT) this.waiting.push(message);
  }

  /** What waits, in order; at most `count` of them. */
  take(count = Infinity): KernelMessage[] {
    const taken = this.waiting.splice(0, count);
    if (this.clears === 'waiting' && !this.waiting.some(isClear)) this.clears = 'sent';
    return taken;
  }

  private clear(message: KernelMessage): void {
    if (!message.bundle?.wait) {
      this.drop();
      this.waiting.push(message);
    } else if (this.clears === 'no') {
      this.waiting.push(message);
      this.clears = 'waiting';
    }
  }

  /** Leaves out every output that waits: it would be cleared. */
  private drop(): void {
    this.waiting = this.waiting.filter((message) => message.type !== 'stream' && !isClear(message) && !RICH.has(message.type));
    this.rich = 0;
    this.clears = 'no';
  }

  private add(message: KernelMessage): void {
    if (this.clears === 'waiting') {
      const clear = this.waiting.findLast(isClear)!;
      this.drop();
      this.waiting.push(clear);
    } else if (this.clears === 'sent') {
      this.rich = 0;
      this.clears = 'no';
    }
    this.waiting.push(message);
  }

  /**
   * Text goes to what waits of the same stream, past updates and text of the other: the two may come in another order
   * than they were written in, as in every notebook.
   */
  private addText(message: KernelMessage): void {
    if (this.clears === 'no') {
      for (let i = this.waiting.length - 1; i >= 0; i--) {
        const { type, bundle } = this.waiting[i]!;
        if (type !== 'stream' && type !== 'update_display_data') break;
        if (type === 'update_display_data' || bundle!.name !== message.bundle!.name) continue;
        this.waiting[i] = { ...message, bundle: { ...bundle, text: `${bundle!.text as string}${message.bundle!.text as string}` } };
        return;
      }
    }
    this.add(message);
  }

  private addRich(message: KernelMessage): void {
    if (this.clears === 'no' && this.rich >= RICH_LIMIT) return;
    this.add(message); // and counts anew after a clear
    this.rich += 1;
    const id = message.bundle?.transient?.display_id;
    if (id) this.shown.add(id);
  }

  private update(message: KernelMessage): void {
    const id = message.bundle?.transient?.display_id;
    if (!id || !this.shown.has(id)) return;
    const earlier = this.waiting.findIndex(({ type, bundle }) => type === 'update_display_data' && bundle?.transient?.display_id === id);
    if (earlier >= 0) this.waiting.splice(earlier, 1);
    this.waiting.push(message);
  }
}
