/** An exercise: the reader's code, a check that answers in words, hints one at a time, a folded solution. */

import type { Cell } from '../cell/cell';
import { button, element } from '../page/elements';
import type { ExecuteResult } from '../kernel/types';
import { codeOf } from '../cell/static-code';

/** Stands in a starter where the reader is to write. */
const BLANK = '____';

export interface ExerciseHost {
  /** Runs the cell after those above it; resolves with whether it ran without an error. */
  run(cell: Cell): Promise<boolean>;
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

  constructor(section: HTMLElement, readonly cell: Cell, done: boolean, private readonly host: ExerciseHost) {
    this.name = section.dataset.exercise ?? '';
    this.piece = section.dataset.piece ?? null;
    const solution = section.querySelector<HTMLElement>('[data-solution]');
    this.solution = solution && codeOf(solution.querySelector('code') ?? solution);
    const check = section.querySelector('.live-check')?.textContent;
    this.check = check ? (JSON.parse(check) as { code: string }).code : null;
    if (this.check !== null) {
      const checkButton = button({ name: `Check cell ${cell.number}`, text: 'Check', icon: 'check', className: 'live-primary', onClick: () => void this.judge() });
      cell.toolbar.firstElementChild!.after(checkButton);
    }
    cell.element.after(this.verdict);
    this.oneHintAtATime(section);
    this.offerSolution(section, solution);
    if (done) this.show('done', 'You have solved this exercise.');
  }

  private async judge(): Promise<void> {
    const blank = this.cell.code.split('\n').findIndex((line) => line.includes(BLANK));
    if (blank >= 0) {
      this.show('wrong', `Line ${blank + 1} still has a blank: put something in place of ${BLANK}.`);
      return;
    }
    this.show('waiting', 'Checking…');
    if (!(await this.host.run(this.cell))) {
      this.show('wrong', 'The code has to run without an error before it can be checked.');
      return;
    }
    const { code } = this.cell;
    const result = await this.host.runSilently(this.check!);
    if (result.status === 'ok') {
      this.passedCode = code;
      this.show('done', 'Right: every case of the check passes.');
      this.host.passed(this);
    } else if (result.status === 'error') {
      this.show('wrong', result.evalue || `The check raised ${result.ename ?? 'an error'}.`);
    } else {
      this.show('wrong', 'The check was stopped.');
    }
  }

  private show(state: 'waiting' | 'wrong' | 'done', text: string): void {
    this.verdict.hidden = false;
    this.verdict.dataset.verdict = state;
    this.verdict.textContent = state === 'done' ? `✓ ${text}` : text;
    if (state !== 'waiting') this.host.announce(text);
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
    solution.after(button({ name: `Put the solution into cell ${cell.number}`, text: 'Put it into the cell', onClick: () => {
      cell.code = this.solution!;
      section.querySelector<HTMLDetailsElement>('details.live-solution')?.removeAttribute('open');
      cell.element.scrollIntoView({ block: 'nearest' });
    } }));
  }
}
