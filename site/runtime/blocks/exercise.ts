/** An exercise: the reader's code, a check that answers in words, hints one at a time, a folded solution. */

import judgeFile from 'separate:./judge';
import type { Cell } from '../cell/cell';
import { button, element } from '../dom/elements';
import { loadPart } from '../dom/parts';
import type { ExecuteResult } from '../kernel/types';
import type { Verdict, VerdictLine } from './judge';

export interface ExerciseHost {
  /** Runs the cell after those above it. */
  run(cell: Cell): Promise<void>;
  runSilently(code: string): Promise<ExecuteResult>;
  announce(text: string): void;
  passed(exercise: Exercise): void;
}

export class Exercise {
  readonly name: string;
  /** Which piece of the reader's own engine it is, if any. */
  readonly piece: string | null;
  readonly solution: string | null;
  /** The code that passed the check. */
  passedCode: string | null = null;
  private readonly check: string | null;
  private readonly verdict = element('div', { class: 'live-verdict', hidden: true });

  constructor(
    section: HTMLElement,
    readonly cell: Cell,
    done: boolean,
    private readonly host: ExerciseHost,
  ) {
    this.name = section.dataset.exercise ?? '';
    this.piece = section.dataset.piece ?? null;
    const solution = section.querySelector<HTMLElement>('[data-solution]');
    this.solution = solution ? solution.dataset.solution! : null;
    const check = section.querySelector('.live-check')?.textContent;
    this.check = check ? (JSON.parse(check) as { code: string }).code : null;
    if (this.check !== null) {
      const checkButton = button({
        name: `Check cell ${cell.number}`,
        text: 'Check',
        icon: 'check',
        className: 'live-primary',
        onClick: () => void this.judge(),
      });
      cell.toolbar.firstElementChild!.after(checkButton);
    }
    cell.element.after(this.verdict);
    this.oneHintAtATime(section);
    this.offerSolution(section, solution);
    if (done) this.show('done', [{ right: true, text: 'You have solved this exercise.' }]);
  }

  private async judge(): Promise<void> {
    this.show('waiting', [{ right: true, text: 'Checking…' }]);
    const { code } = this.cell;
    let verdict: Verdict | null;
    const part = await loadPart<typeof import('./judge')>(judgeFile).catch((error: unknown) => String(error));
    if (typeof part === 'string') {
      this.show('wrong', [
        { right: false, text: `The page's check could not be loaded (${part}). Look at the network, then press Check again.` },
      ]);
      return;
    }
    try {
      verdict = await part.judge(code, this.check!, (python) => this.host.runSilently(python));
    } catch {
      this.show('wrong', [{ right: false, text: 'Python could not be reached. The state above says why; press Check again after that.' }]);
      return;
    }
    if (!verdict) {
      this.show('wrong', [{ right: false, text: 'The check was stopped.' }]);
      return;
    }
    if (verdict.passed && this.cell.fromLink) {
      this.show('wrong', [
        {
          right: true,
          text: 'Every case of the check passes. It is code from a link: press "Keep it as mine" above and check again, and it counts as yours.',
        },
      ]);
    } else if (verdict.passed) {
      this.passedCode = code;
      this.show('done', [{ right: true, text: 'Right: every case of the check passes.' }]);
      this.host.passed(this);
    } else {
      this.show('wrong', verdict.lines);
    }
    // An answer that raised has been told where; its output would be the same error once more.
    if (!verdict.failed) await this.host.run(this.cell);
  }

  private show(state: 'waiting' | 'wrong' | 'done', lines: VerdictLine[]): void {
    this.verdict.hidden = false;
    this.verdict.dataset.verdict = state;
    const marked = state === 'done' || lines.length > 1;
    this.verdict.replaceChildren(
      ...lines.map(({ right, text }) =>
        element('div', { class: 'live-verdict-line', 'data-right': String(right) }, marked ? `${right ? '✓' : '✗'} ${text}` : text),
      ),
    );
    if (state !== 'waiting')
      this.host.announce(
        lines
          .filter(({ right }) => right === (state === 'done'))
          .map(({ text }) => text)
          .join(' '),
      );
  }

  private oneHintAtATime(section: HTMLElement): void {
    const hints = [...section.querySelectorAll<HTMLDetailsElement>('details.live-hint')];
    hints.forEach((hint, index) => {
      hint.hidden = index > 0;
      hint.addEventListener('toggle', () => {
        const next = hints[index + 1];
        if (hint.open && next) next.hidden = false;
      });
    });
  }

  private offerSolution(section: HTMLElement, solution: HTMLElement | null): void {
    if (!solution || this.solution === null) return;
    const { cell } = this;
    solution.after(
      button({
        name: `Put the solution into cell ${cell.number}`,
        text: 'Put it into the cell',
        onClick: () => {
          cell.code = this.solution!;
          section.querySelector<HTMLDetailsElement>('details.live-solution')?.removeAttribute('open');
          cell.element.scrollIntoView({ block: 'nearest' });
        },
      }),
    );
  }
}
