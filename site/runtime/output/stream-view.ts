/** One stream's element: it grows by what is new, however long the stream is. */

import { AnsiReader, ansiNodes } from './ansi';
import { StreamText, omissionWords } from './stream';

/**
 * Characters of whole lines from which on the next ones stand in a block of their own. A browser lays out anew all of
 * the block that changes: for 100,000 characters in one, WebKit takes a second each time.
 */
const BLOCK_LENGTH = 4_000;

export class StreamView {
  readonly element = document.createElement('pre');
  private readonly text = new StreamText();
  private readonly ansi = new AnsiReader();
  private block: HTMLElement | null = null;
  private blockLength = 0;
  /** The last node of whole lines. */
  private last: Node | null = null;
  private unfinished: Node[] = [];
  private omission: HTMLElement | null = null;
  private tail: Text | null = null;

  constructor(readonly name: string) {
    this.element.className = `out out-stream out-${name === 'stderr' ? 'stderr' : 'stdout'}`;
  }

  write(text: string): void {
    this.text.write(text);
  }

  /** Brings the element up to what was written. */
  flush(): void {
    const { lines, unfinished, dropped, tail } = this.text.update();
    for (const node of this.unfinished) (node as ChildNode).remove();
    for (const piece of pieces(lines)) this.addLines(piece);
    // The unfinished line is read with a reader of its own, since it will be read again.
    this.unfinished = ansiNodes(this.ansi.copy().read(unfinished));
    this.add(...this.unfinished);
    if (tail) this.showTail(dropped, tail);
  }

  private addLines(lines: string): void {
    if (this.blockLength >= BLOCK_LENGTH) this.beginBlock();
    const nodes = ansiNodes(this.ansi.read(lines));
    this.addToBlock(...nodes);
    this.last = nodes.at(-1) ?? null;
    this.blockLength += lines.length;
  }

  private beginBlock(): void {
    // A block ends its last line by itself: with the newline, whoever copies would get a second one.
    let last = this.last;
    while (last?.lastChild) last = last.lastChild;
    if (last) {
      const newline = document.createElement('span');
      newline.hidden = true;
      newline.textContent = '\n';
      (last as Text).data = (last as Text).data.slice(0, -1);
      this.addToBlock(newline);
    }
    this.block = document.createElement('span');
    this.block.className = 'out-lines';
    this.blockLength = 0;
    this.add(this.block);
  }

  private addToBlock(...nodes: Node[]): void {
    if (this.block) this.block.append(...nodes);
    else this.add(...nodes);
  }

  /** Adds after all lines, before what says that some are not shown. */
  private add(...nodes: Node[]): void {
    if (this.omission) this.omission.before(...nodes);
    else this.element.append(...nodes);
  }

  private showTail(dropped: number, tail: string): void {
    if (!this.omission || !this.tail) {
      this.omission = document.createElement('span');
      this.omission.className = 'out-omission';
      this.tail = document.createTextNode('');
      this.element.append(this.omission, this.tail);
    }
    this.omission.textContent = omissionWords(dropped);
    this.tail.data = tail;
  }
}

/** Whole lines, in pieces of about a block's length. */
function pieces(lines: string): string[] {
  const found: string[] = [];
  for (let start = 0; start < lines.length; ) {
    const last = lines.indexOf('\n', start + BLOCK_LENGTH - 1);
    const end = last < 0 ? lines.length : last + 1;
    found.push(lines.slice(start, end));
    start = end;
  }
  return found;
}
