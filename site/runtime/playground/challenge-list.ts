/** The challenges on the page, each with a mark once it is met. */

import { element } from '../dom/elements';
import { CHALLENGES } from './challenges';
import type { Frame } from './frames';
import type { Settings } from './program';

export class ChallengeList {
  private readonly items = CHALLENGES.map(({ text }) => element('li', {}, text));
  readonly element = element(
    'details',
    { class: 'pg-table pg-challenges' },
    element('summary', {}, 'Challenges'),
    element('ol', {}, ...this.items),
  );

  constructor(private readonly announce: (text: string) => void) {}

  /** Marks what these settings and losses meet. */
  judge(settings: Settings, frame: Frame): void {
    CHALLENGES.forEach((challenge, index) => {
      const item = this.items[index]!;
      if (item.dataset.done !== undefined || !challenge.met(settings, frame)) return;
      item.dataset.done = '';
      item.prepend('✓ ');
      this.announce(`Challenge done: ${challenge.text}`);
    });
  }
}
