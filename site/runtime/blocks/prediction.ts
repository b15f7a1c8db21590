/** A question before a run: the recorded output stays covered until the reader has answered. */

import { button, element } from '../dom/elements';

/** What the build knows of a prediction. */
interface PredictionData {
  /** An expression that gives the answer after the next cell has run. */
  answer: string;
  /** What it gave when the book was built: the answer for the book's own code. */
  recorded: string;
}

/** The cell that answers the question. */
export interface PredictedCell {
  readonly number: number;
  readonly element: HTMLElement;
  readonly region: HTMLElement;
}

type Evaluate = (expressions: Record<string, string>) => Promise<Record<string, string>>;

/** A Python `repr` of a string as the string. */
export function fromRepr(repr: string): string {
  const match = /^(['"])([\s\S]*)\1$/.exec(repr);
  return match ? match[2]!.replace(/\\(['"\\])/g, '$1') : repr;
}

export class Prediction {
  private readonly form: HTMLFormElement;
  private readonly data: PredictionData;
  private readonly verdict = element('p', { class: 'live-verdict', hidden: true });
  private readonly cover: HTMLElement;

  constructor(
    private readonly section: HTMLElement,
    private readonly cell: PredictedCell,
    private readonly announce: (text: string) => void,
  ) {
    this.form = section.querySelector('form')!;
    this.data = JSON.parse(section.querySelector('script[type="application/json"]')!.textContent) as PredictionData;
    this.hideReasons();
    this.form.after(this.verdict);
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.form.addEventListener('change', () => {
      this.hideReasons();
      this.uncover();
      this.show('waiting', 'Your prediction stands. Run the next cell to see.');
    });
    const reveal = button({ name: `Show anyway the output of cell ${cell.number}`, text: 'Show anyway', onClick: () => this.uncover() });
    this.cover = element('div', { class: 'live-cover' }, element('span', {}, 'Covered until you have predicted.'), reveal);
    if (cell.region.dataset.recorded !== undefined && cell.region.hasChildNodes()) this.coverOutput();
  }

  /** Compares after the next cell has run. */
  async compare(evaluate: Evaluate): Promise<void> {
    const chosen = this.form.querySelector<HTMLInputElement>('input:checked');
    if (!chosen) return;
    const { recorded } = this.data;
    const choice = chosen.closest<HTMLElement>('.live-choice')!;
    const text = (choice.querySelector('label')?.textContent ?? '').trim();
    const right = text === recorded.trim();
    for (const reason of choice.querySelectorAll<HTMLElement>('[data-why], [data-next]')) reason.hidden = false;
    const said = right ? `✓ As you predicted: ${recorded}.` : `You predicted “${text}”; the answer is “${recorded}”.`;
    this.show(right ? 'done' : 'wrong', `${said}${await this.otherwise(evaluate)}`);
    this.announce(
      [this.verdict.textContent, ...[...choice.querySelectorAll('[data-why], [data-next]')].map((reason) => reason.textContent)].join(' '),
    );
  }

  /** A sentence for a run that says something else than the book's: its code or the numbers above were changed. */
  private async otherwise(evaluate: Evaluate): Promise<string> {
    try {
      const said = fromRepr((await evaluate({ answer: `str(${this.data.answer})` })).answer ?? '').trim();
      return said === this.data.recorded.trim()
        ? ''
        : ` That is for the numbers of the book; with yours, as they stand now, the run says ${said}.`;
    } catch {
      return ' That is for the code of the book; the run of yours does not say.';
    }
  }

  private coverOutput(): void {
    const { region } = this.cell;
    region.before(this.cover);
    region.dataset.covered = '';
    const watch = new MutationObserver(() => {
      if (this.cell.element.dataset.state === 'recorded' || this.cell.element.dataset.state === 'queued') return;
      watch.disconnect();
      this.uncover();
    });
    watch.observe(this.cell.element, { attributeFilter: ['data-state'] });
  }

  private uncover(): void {
    this.cover.remove();
    delete this.cell.region.dataset.covered;
  }

  private hideReasons(): void {
    for (const reason of this.section.querySelectorAll<HTMLElement>('[data-why], [data-next]')) reason.hidden = true;
  }

  private show(state: 'waiting' | 'wrong' | 'done', text: string): void {
    this.verdict.hidden = false;
    this.verdict.dataset.verdict = state;
    this.verdict.textContent = text;
  }
}
