/** One stream's element: it grows by what is new, however long the stream is. */

import { AnsiReader, ansiNodes } from './ansi';
import { StreamText, omissionWords } from './stream';

export class StreamView {
  readonly element = document.createElement('pre');
  private readonly text = new StreamText();
  private readonly ansi = new AnsiReader();
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
    const whole = ansiNodes(this.ansi.read(lines));
    // The unfinished line is read with a reader of its own, since it will be read again.
    this.unfinished = ansiNodes(this.ansi.copy().read(unfinished));
    if (this.omission) this.omission.before(...whole, ...this.unfinished);
    else this.element.append(...whole, ...this.unfinished);
    if (tail) this.showTail(dropped, tail);
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
