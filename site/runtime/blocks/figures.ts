/** Numbers in the prose that the build computed: they follow the reader's runs, and say what the book's are. */

import { element } from '../dom/elements';
import { fromRepr } from './prediction';

/** What the build knows of a number. */
interface Following {
  /** The cell with whose run it is new. */
  cell: number;
  /** An expression that gives its text; null where that would change what the reader has. */
  code: string | null;
}

type Evaluate = (expressions: Record<string, string>) => Promise<Record<string, string>>;

/** A number in its sentence. */
class Figure {
  private readonly recorded: string;

  constructor(
    private readonly place: HTMLElement,
    readonly following: Following,
  ) {
    this.recorded = place.textContent ?? '';
  }

  /** Takes the number of the reader's run; `changed` says whether code above it is not the book's. */
  async follow(changed: boolean, evaluate: Evaluate): Promise<void> {
    const { code } = this.following;
    if (code === null) {
      this.show(this.recorded, changed ? "the book's; your code may give another" : '');
      return;
    }
    try {
      const now = fromRepr((await evaluate({ figure: code })).figure ?? '').trim();
      this.show(now, now === this.recorded.trim() ? '' : `in the book: ${this.recorded}`);
    } catch {
      this.show(this.recorded, "the book's; your run does not say");
    }
  }

  restore(): void {
    this.show(this.recorded, '');
  }

  private show(text: string, note: string): void {
    this.place.toggleAttribute('data-differs', note !== '');
    if (!note) {
      this.place.textContent = text;
      this.place.removeAttribute('tabindex');
      return;
    }
    // Its note shows while the number is pointed at, tapped or in focus; a screen reader reads it with the sentence.
    this.place.tabIndex = 0;
    this.place.replaceChildren(text, element('span', { class: 'live-figure-note live-hidden' }, ` (${note})`));
  }
}

export class Figures {
  private readonly figures: Figure[];

  constructor(root: Document) {
    const data = root.querySelector('#live-figures')?.textContent;
    const following = data ? (JSON.parse(data) as Following[]) : [];
    this.figures = following.map((one, index) => new Figure(root.querySelector<HTMLElement>(`[data-figure="${index}"]`)!, one));
  }

  /** Brings the numbers up to the run of a cell; `changed` says whether code up to it is not the book's. */
  async follow(cell: number, changed: boolean, evaluate: Evaluate): Promise<void> {
    for (const figure of this.figures) if (figure.following.cell === cell) await figure.follow(changed, evaluate);
  }

  /** Puts back the book's numbers where all code above is the book's again. */
  restore(isChanged: (lastCell: number) => boolean, from: number): void {
    for (const figure of this.figures) {
      const { cell } = figure.following;
      if (cell >= from && !isChanged(cell)) figure.restore();
    }
  }
}
