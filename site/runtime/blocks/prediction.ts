/** A question before a run: the reader's answer is compared with what the run says. */

import { element } from '../page/elements';

/** A Python `repr` of a string as the string. */
export function fromRepr(repr: string): string {
  const match = /^(['"])([\s\S]*)\1$/.exec(repr);
  return match ? match[2]!.replace(/\\(['"\\])/g, '$1') : repr;
}

export class Prediction {
  private readonly form: HTMLFormElement;
  private readonly expression: string;
  private readonly verdict = element('p', { class: 'live-verdict', hidden: true });

  constructor(section: HTMLElement, private readonly announce: (text: string) => void) {
    this.form = section.querySelector('form')!;
    this.expression = (JSON.parse(section.querySelector('script[type="application/json"]')!.textContent) as { answer: string }).answer;
    for (const why of section.querySelectorAll<HTMLElement>('[data-why]')) why.hidden = true;
    this.form.after(this.verdict);
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.form.addEventListener('change', () => {
      for (const why of section.querySelectorAll<HTMLElement>('[data-why]')) why.hidden = true;
      this.show('waiting', 'Your prediction stands. Run the next cell to see.');
    });
  }

  /** Compares after the next cell has run. */
  async compare(evaluate: (expressions: Record<string, string>) => Promise<Record<string, string>>): Promise<void> {
    const chosen = this.form.querySelector<HTMLInputElement>('input:checked');
    if (!chosen) return;
    let said: string;
    try {
      said = fromRepr((await evaluate({ answer: `str(${this.expression})` })).answer ?? '');
    } catch {
      this.show('waiting', 'The run does not say what was asked for: the code was changed.');
      return;
    }
    const choice = chosen.closest<HTMLElement>('.live-choice');
    const text = (choice?.querySelector('label')?.textContent ?? '').trim();
    const why = choice?.querySelector<HTMLElement>('[data-why]');
    if (why) why.hidden = false;
    if (text === said.trim()) this.show('done', `✓ As you predicted: the run says ${said}.`);
    else this.show('wrong', `You predicted ${text}; the run says ${said}.`);
    this.announce(`${this.verdict.textContent} ${why?.textContent ?? ''}`);
  }

  private show(state: 'waiting' | 'wrong' | 'done', text: string): void {
    this.verdict.hidden = false;
    this.verdict.dataset.verdict = state;
    this.verdict.textContent = text;
  }
}
