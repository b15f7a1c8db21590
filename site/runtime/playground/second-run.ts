/** A second run beside the first: the same program with one setting changed, trained epoch by epoch with it. */

import { element } from '../dom/elements';
import { History, Picture } from './drawing';
import { choice } from './fields';
import type { Layout, SecondFrame } from './frames';
import { writeSetting } from './program';
import type { Settings } from './program';

const NONE = 'none';

/** What the second program has instead: null where the code goes its own way there. */
const CHANGES: Readonly<Record<string, { label: string; write: (code: string, settings: Settings) => string | null }>> = {
  weights: {
    label: 'other first weights',
    write: (code, { seed }) => (seed === null ? null : writeSetting(code, 'seed', seed + 1)),
  },
  faster: {
    label: 'learning rate × 3',
    write: (code, { rate }) => (rate === null ? null : writeSetting(code, 'rate', Number((rate * 3).toPrecision(6)))),
  },
  slower: {
    label: 'learning rate ÷ 3',
    write: (code, { rate }) => (rate === null ? null : writeSetting(code, 'rate', Number((rate / 3).toPrecision(6)))),
  },
  adam: {
    label: 'Adam',
    write: (code, { optimizer }) => (optimizer === null ? null : writeSetting(code, 'optimizer', 'Adam')),
  },
};

export class SecondRun {
  private readonly picture = new Picture(
    element('canvas', { class: 'pg-second-picture', role: 'img', 'aria-label': "The second run's output" }),
  );
  private readonly losses = element('output', { class: 'pg-second-losses', 'aria-live': 'off' });
  private readonly field = choice(
    'Second run',
    { [NONE]: NONE, ...Object.fromEntries(Object.entries(CHANGES).map(([key, { label }]) => [key, label])) },
    (value) => {
      this.chosen = value;
      this.choose();
    },
  );
  private readonly shown = element('div', { class: 'pg-second', hidden: true }, this.picture.canvas, this.losses);
  readonly control = this.field.element;
  readonly element = this.shown;
  private chosen = NONE;
  history = new History();

  /** `choose`: another second run is wanted, or none. */
  constructor(private readonly choose: () => void) {
    this.field.show(NONE);
  }

  get isOn(): boolean {
    return this.chosen !== NONE;
  }

  /** The second program; null where none is wanted. */
  program(code: string, settings: Settings): string | null {
    const change = CHANGES[this.chosen];
    if (!change) return null;
    const changed = change.write(code, settings);
    if (changed === null) throw new Error(`The code goes its own way: a second run with ${change.label} cannot be written.`);
    // What it shows would be taken for the first's.
    return changed.replace(/^view\.show\(\)$/m, '');
  }

  restart(): void {
    this.history = new History();
    this.shown.hidden = true;
  }

  take({ epoch, train, test, picture }: SecondFrame, { side }: Layout, scale: Uint32Array): void {
    this.shown.hidden = false;
    this.history.add(epoch, train, test);
    this.picture.draw(picture, side, 1, 0, scale);
    const said = Number.isNaN(test) ? '' : `, test ${test.toFixed(4)}`;
    this.losses.textContent = `Second run, ${CHANGES[this.chosen]?.label ?? ''}: training loss ${train.toFixed(4)}${said}`;
  }
}
