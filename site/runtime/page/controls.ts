/** The page's controls: Run all, Stop, Restart, the notebook, and how Python is doing. */

import type { Status } from '../run/status';
import { button, element } from '../dom/elements';
import { icon } from '../dom/icons';

export interface ControlsHost {
  runAll(): void;
  stop(): void;
  restart(): void;
  /** Starts Python after a failure, for what the reader wanted to run. */
  retry(): void;
  toggleNotebook(): void;
  /** What stands behind "More". */
  readonly menu: readonly { text: string; act: () => void }[];
}

/** Takes no clicks, but keeps the focus that it has. */
function setEnabled(control: HTMLButtonElement, enabled: boolean): void {
  control.setAttribute('aria-disabled', String(!enabled));
}

export class Controls {
  readonly menu: HTMLDetailsElement;
  private readonly stopButton: HTMLButtonElement;
  private readonly restartButton: HTMLButtonElement;
  private readonly statusText = element('span', { role: 'status', class: 'live-status-text' });
  private readonly retryButton: HTMLButtonElement;
  private readonly size = element('span', { class: 'live-status-size', 'aria-hidden': 'true' });
  private readonly bar = element('progress', { class: 'live-progress', 'aria-label': 'Start of Python', max: '1' });
  private readonly announcer = element('div', { class: 'live-hidden', 'aria-live': 'polite' });
  private readonly notebookButton: HTMLButtonElement;
  private readonly message = element('div', { class: 'live-message', hidden: true });
  private readonly again = element('div', { class: 'live-again', hidden: true });
  private readonly progress = element('span', { class: 'live-exercises' });
  private readonly ownEngine = element('p', { class: 'live-own-engine-words', role: 'note', hidden: true });
  private shown = '';

  constructor(
    private readonly place: HTMLElement,
    host: ControlsHost,
    hasNotebook: boolean,
    signal: AbortSignal,
  ) {
    const unlessDisabled = (control: () => HTMLButtonElement, act: () => void) => () => {
      if (control().getAttribute('aria-disabled') !== 'true') act();
    };
    const runAll = button({ text: 'Run all', icon: 'runAll', className: 'live-primary', onClick: () => host.runAll() });
    this.stopButton = button({
      text: 'Stop',
      icon: 'stop',
      onClick: unlessDisabled(
        () => this.stopButton,
        () => host.stop(),
      ),
    });
    this.restartButton = button({
      text: 'Restart',
      icon: 'restart',
      className: 'live-compact',
      onClick: unlessDisabled(
        () => this.restartButton,
        () => host.restart(),
      ),
    });
    this.notebookButton = button({
      text: 'Open as notebook',
      icon: 'notebook',
      className: 'live-compact',
      onClick: () => host.toggleNotebook(),
    });
    this.notebookButton.setAttribute('aria-expanded', 'false');
    this.menu = this.makeMenu(host, signal);
    this.retryButton = button({
      text: 'Retry',
      className: 'live-primary',
      onClick: () => {
        // The button goes as soon as the start begins.
        runAll.focus();
        host.retry();
      },
    });
    this.retryButton.hidden = true;
    const progress = element(
      'div',
      { class: 'live-status' },
      element('span', { class: 'live-dot', 'aria-hidden': 'true' }),
      this.statusText,
      this.retryButton,
      this.size,
      this.bar,
    );
    place.replaceChildren(
      element(
        'div',
        { class: 'live-buttons', role: 'group', 'aria-label': 'Code on this page' },
        runAll,
        this.stopButton,
        this.restartButton,
        hasNotebook && this.notebookButton,
        this.menu,
      ),
      progress,
      this.progress,
      this.again,
      this.message,
      this.announcer,
    );
    this.bar.hidden = true;
  }

  show({ state, text, size, fraction }: Status, busy: boolean): void {
    this.place.dataset.state = state;
    if (text !== this.shown) this.statusText.textContent = text;
    this.shown = text;
    this.size.textContent = size;
    this.bar.hidden = state !== 'starting';
    this.retryButton.hidden = state !== 'failed';
    if (fraction === null) this.bar.removeAttribute('value');
    else this.bar.value = fraction;
    setEnabled(this.stopButton, busy);
    setEnabled(this.restartButton, state !== 'not-started');
  }

  /** Says something to those who hear the page; what is said again is heard again. */
  announce(text: string): void {
    this.announcer.replaceChildren(element('p', {}, text));
  }

  /** A word to the reader that stays until it is put away; `address` is shown to be copied. */
  warn(text: string, address?: string): void {
    const close = button({ name: 'Close message', text: '', icon: 'close', onClick: () => (this.message.hidden = true) });
    const field = address && element('input', { type: 'text', readonly: true, value: address, 'aria-label': 'Link' });
    this.message.replaceChildren(element('p', {}, text), ...(field ? [field] : []), close);
    this.message.hidden = false;
  }

  /** Offers to run again what a Python that is gone had run. */
  offerAgain(run: (() => void) | null): void {
    this.again.hidden = run === null;
    if (!run) return;
    this.again.replaceChildren(
      element('p', {}, 'Its variables and files are gone; code and outputs are still here.'),
      button({
        text: 'Run the same cells again',
        icon: 'run',
        onClick: () => {
          this.again.hidden = true;
          run();
        },
      }),
    );
  }

  /** A switch for the reader's own engine, or what it still lacks; `on` says how it stands at first. */
  offerOwnEngine(missing: string, on: boolean, onSwitch: (on: boolean) => void): void {
    const input = element('input', { type: 'checkbox', disabled: missing !== '', checked: on });
    input.addEventListener('change', () => onSwitch(input.checked));
    const words = missing ? `Your own engine still lacks: ${missing}` : 'Run this chapter with my own engine';
    this.place.append(element('label', { class: 'live-own-engine' }, input, words), this.ownEngine);
  }

  /** How the reader's own engine compares with the book's. */
  setEngineMessage(text: string): void {
    this.ownEngine.textContent = text;
    this.ownEngine.hidden = !text;
  }

  showProgress(done: number, total: number): void {
    this.progress.textContent = `${done} of ${total} ${total === 1 ? 'exercise' : 'exercises'} done`;
  }

  showNotebookOpen(open: boolean): void {
    this.notebookButton.setAttribute('aria-expanded', String(open));
    if (!open) this.notebookButton.focus();
  }

  private makeMenu(host: ControlsHost, signal: AbortSignal): HTMLDetailsElement {
    const item = (text: string, act: () => void): HTMLLIElement => {
      const made = button({
        text,
        onClick: () => {
          menu.open = false;
          summary.focus();
          act();
        },
      });
      return element('li', {}, made);
    };
    const summary = element('summary', { class: 'live-button live-compact', 'aria-label': 'More', title: 'More' }, icon('more'));
    const menu = element(
      'details',
      { class: 'live-menu' },
      summary,
      element('ul', {}, ...host.menu.map(({ text, act }) => item(text, act))),
    );
    menu.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !menu.open) return;
      menu.open = false;
      summary.focus();
    });
    document.addEventListener(
      'pointerdown',
      (event) => {
        if (!menu.contains(event.target as Node)) menu.open = false;
      },
      { signal },
    );
    return menu;
  }
}
