/** One live cell: its code, its buttons, its output. */

import type { Parameter } from './parameters';
import type { ExecuteResult } from '../kernel/types';
import type { EditorHelp } from '../editor/help';
import type { OutputArea } from '../output/area';
import { button, element as element_ } from '../dom/elements';
import { Source } from './source';

/** What a cell asks the page to do. */
export interface CellHost {
  readonly help: EditorHelp;
  run(cell: Cell, options: { advance: boolean }): void;
  copyLink(cell: Cell): void;
  changed(cell: Cell): void;
}

const RECORDED = 'Recorded when the book was built';
const OWN_RUN = 'From your run';
const RECORDED_OTHERWISE = "Recorded with the book's code; run yours to see what it shows";
const STALE = 'Changed since it ran';

/** `recorded` until its first run; `data-state` of the cell's element. */
export type CellState = 'recorded' | 'queued' | 'running' | 'done' | 'error' | 'stopped';

export class Cell {
  readonly number: number;
  readonly id: string;
  /** The chapter's own code. */
  readonly original: string;
  readonly region: HTMLElement;
  readonly toolbar: HTMLElement;
  readonly follows: boolean;
  readonly exercise: string | null;
  readonly meantToFail: boolean;
  /** The controls of the chapter's own code. */
  readonly parameters: Parameter[];
  /** Code that came with a link and that the reader has not taken over: it runs at a press on this cell only. */
  fromLink = false;
  /** Draws what the kernel sends; made before the first run. */
  output: OutputArea | null = null;
  private noticed: HTMLElement | null = null;
  /** Below the buttons: of whose code the output is. */
  private readonly origin = element_('p', { class: 'live-origin', hidden: true });
  /** The code that gave the output; null before the first run. */
  private ran: string | null = null;
  /** What was said when it had run. */
  private ended = '';
  private readonly source: Source;
  private readonly runButton: HTMLButtonElement;
  private readonly resetButton: HTMLButtonElement;
  private readonly stateText: HTMLElement;
  /** Says where an output that was recorded comes from. It stays, so that nothing below it moves. */
  private readonly recorded: HTMLElement;
  /** Holds the code of a cell whose output stands first. */
  private readonly program: HTMLDetailsElement | null;

  constructor(
    readonly element: HTMLElement,
    private readonly host: CellHost,
    signal: AbortSignal,
  ) {
    const { cell, id, tags = '', follow, exercise, parameters = '[]' } = element.dataset;
    const container = element.querySelector<HTMLElement>('.live-source');
    const region = element.querySelector<HTMLElement>('.live-output');
    if (!cell || !id || !container || !region) {
      throw new Error(`A .live-cell needs data-cell, data-id, .live-source and .live-output; got ${element.outerHTML.slice(0, 200)}`);
    }
    this.number = Number(cell);
    this.id = id;
    this.follows = follow !== undefined;
    this.exercise = exercise ?? null;
    this.meantToFail = tags.split(/[\s,]+/).includes('raises-exception');
    this.parameters = JSON.parse(parameters) as Parameter[];
    this.region = region;
    this.source = new Source(
      container,
      {
        label: `Code of cell ${this.number}`,
        help: host.help,
        onChange: () => this.showEdited(),
        onPlain: (reason) => this.sayPlain(reason),
      },
      signal,
    );
    this.original = this.source.code;

    this.runButton = button({
      name: `Run cell ${this.number}`,
      text: 'Run',
      icon: 'run',
      className: 'live-primary',
      onClick: () => this.run({ advance: false }),
    });
    this.runButton.title = 'Run this cell (Ctrl+Enter, or Shift+Enter to go on to the next)';
    this.resetButton = button({
      name: `Reset cell ${this.number}`,
      text: 'Reset',
      icon: 'reset',
      className: 'live-compact',
      onClick: () => this.reset(),
    });
    this.resetButton.title = "Back to the chapter's code";
    this.resetButton.hidden = true;
    const link = button({
      name: `Copy link to cell ${this.number}`,
      text: 'Copy link',
      icon: 'link',
      className: 'live-compact',
      onClick: () => host.copyLink(this),
    });
    this.stateText = element_('span', { class: 'live-cell-state' });
    this.toolbar = element_('div', { class: 'live-toolbar' }, this.runButton, this.stateText, this.resetButton, link);
    this.program = element.querySelector<HTMLDetailsElement>('.live-program');
    if (this.program) this.program.before(this.toolbar);
    else container.after(this.toolbar);
    this.recorded = element_('p', { class: 'live-recorded' }, RECORDED);
    if (region.dataset.recorded !== undefined && region.hasChildNodes()) region.before(this.recorded);
    region.before(this.origin);

    this.show('recorded');
    container.addEventListener('keydown', (event) => this.onKey(event), { signal, capture: true });
  }

  get code(): string {
    return this.source.code;
  }

  set code(code: string) {
    this.source.code = code;
  }

  get edited(): boolean {
    return this.code !== this.original;
  }

  /** Whether its last run was of other code than the chapter's. */
  get ranEdited(): boolean {
    return this.ran !== null && this.ran !== this.original;
  }

  /** Says above the output what its run took from elsewhere; empty for nothing. */
  sayOrigin(words: string): void {
    this.origin.hidden = words === '';
    this.origin.textContent = words;
    this.recorded.hidden = words !== '';
  }

  /** Shows something above the code, in place of what was shown there. */
  notice(shown: HTMLElement | null): void {
    this.noticed?.remove();
    this.noticed = shown;
    if (shown) this.element.prepend(shown);
  }

  focus(): void {
    for (let fold = this.element.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null) fold.open = true;
    this.source.focus();
    this.element.scrollIntoView({ block: 'nearest' });
  }

  reset(): void {
    this.code = this.original;
    this.source.markError(null);
    // The button that was pressed is gone: leave the reader's focus in the cell.
    this.runButton.focus();
  }

  show(state: CellState, text = ''): void {
    this.element.dataset.state = state;
    this.stateText.textContent = text;
  }

  /** The recorded output gives way to what the cell itself writes. */
  begin({ keep = false } = {}): void {
    this.recorded.textContent = OWN_RUN;
    this.sayOrigin('');
    this.ran = this.code;
    this.source.markError(null);
    this.output?.begin({ keep });
    this.show('running', 'Running…');
  }

  /** Shows how a run ended; `execution` is the number that the kernel gave it. */
  end(result: ExecuteResult, execution: number | undefined): void {
    if (result.status === 'aborted') this.output?.showNote('Stopped before it had ended.');
    this.output?.end();
    this.source.markError(this.output?.errorLine(execution) ?? null);
    if (this.program && result.status === 'error' && !this.meantToFail) this.program.open = true;
    if (result.status === 'ok') this.show('done');
    else if (result.status === 'error') this.show('error', this.meantToFail ? 'Raised an error, as it is meant to' : '');
    else this.show('stopped', 'Stopped');
    this.ended = this.stateText.textContent ?? '';
    this.showStale();
  }

  /** Answers Python's `input()` in the cell's output. */
  ask(prompt: string, password: boolean): Promise<string> {
    if (!this.output) return Promise.reject(new Error(`Cell ${this.number} has no output area to ask in`));
    return this.output.ask(prompt, password);
  }

  /** The output in a few words, for those who hear the page. */
  outputSummary(): string {
    const text = this.region.innerText.trim();
    if (!text) return this.region.hasChildNodes() ? 'It shows a figure.' : 'No output.';
    return text.length <= 200 ? text : `${text.slice(0, 120)} … ${text.length} characters in all.`;
  }

  destroy(): void {
    this.source.destroy();
  }

  private run(options: { advance: boolean }): void {
    const { arriving } = this.source;
    const go = () => this.host.run(this, options);
    if (arriving) void arriving.then(go, go);
    else go();
  }

  private showEdited(): void {
    this.element.toggleAttribute('data-edited', this.edited);
    this.resetButton.hidden = !this.edited;
    if (this.ran === null) this.recorded.textContent = this.edited ? RECORDED_OTHERWISE : RECORDED;
    this.showStale();
    this.host.changed(this);
  }

  /** Says so where the output is of other code than that above it; a control runs its cell by itself. */
  private showStale(): void {
    if (this.ran === null || this.parameters.length || !['done', 'error'].includes(this.element.dataset.state ?? '')) return;
    this.stateText.textContent = this.code === this.ran ? this.ended : STALE;
  }

  private sayPlain(reason: string): void {
    const text = `The editor could not be loaded (${reason}). The code can be changed as plain text; reload the page for colours and help.`;
    this.toolbar.before(element_('p', { class: 'live-editor-lost', role: 'status' }, text));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.altKey || event.isComposing) return;
    const inPlace = event.ctrlKey || event.metaKey;
    if (!inPlace && !event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.run({ advance: !inPlace });
  }
}
