/** Sliders, choices, tick boxes, texts and drawing pads under a cell: the code stays the truth, they rewrite it. */

import padFile from 'separate:./drawing-pad';
import planeFile from 'separate:./plane';
import type { Cell } from '../cell/cell';
import { element } from '../dom/elements';
import { loadPart } from '../dom/parts';
import { parseParameters, rewrite } from '../cell/parameters';
import type { Parameter } from '../cell/parameters';
import { onPaused } from './pausing';

/** Those of the chapter's own code were read by the build; code that the reader has changed is read here. */
function parametersOf(cell: Cell): Parameter[] {
  return cell.edited ? parseParameters(cell.code) : cell.parameters;
}

/** How long a run may go on when a newer value waits: shorter ones are seen while the control moves. */
const REPLACE_AFTER_MS = 400;
/** How long Python has to end a run before the control says that it has not. */
const END_TIMEOUT_MS = 1500;
const PAUSED = 'Python is paused. This value is taken when it goes on.';

export interface ParameterHost {
  /** Runs the cell and those that follow it; resolves when they have run, or will not. */
  run(): Promise<unknown>;
  /** Ends the run that this cell's controls asked for; false where it is not under way. */
  replace(): boolean;
}
/** The height of a pad in rows of other controls; the build leaves room for as many. */
const DRAWING_ROWS = 6;

export class ParameterControls {
  private readonly rows = element('div', { class: 'live-parameter-rows' });
  private readonly note = element('p', { class: 'live-parameter-note', role: 'status' });
  private readonly place = element('div', { class: 'live-parameters', role: 'group' }, this.rows, this.note);
  private shape = '';
  /** Ends what listens to pointers in the picture, when the controls are others. */
  private dragging = new AbortController();
  /** What brings a drawing's pad up to the code, once it has come. */
  private readonly pads = new WeakMap<HTMLElement, () => void>();
  private busy = false;
  private moved = false;
  private paused = false;
  /** The run was asked to end. */
  private ending = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    private readonly cell: Cell,
    private readonly host: ParameterHost,
    private readonly signal: AbortSignal,
  ) {
    this.place.setAttribute('aria-label', `Controls of cell ${cell.number}`);
    cell.toolbar.before(this.place);
    this.refresh();
    onPaused((paused) => {
      this.paused = paused;
      if (!this.moved) return;
      this.say(paused ? PAUSED : '');
      this.watch(REPLACE_AFTER_MS);
    }, signal);
  }

  /** Controls for the cell's `@param` comments; null where it has none. */
  static of(cell: Cell, host: ParameterHost, signal: AbortSignal): ParameterControls | null {
    return parametersOf(cell).length ? new ParameterControls(cell, host, signal) : null;
  }

  /** Forgets the value that waits to be run: the reader has stopped Python. */
  drop(): void {
    this.moved = false;
    this.say('');
  }

  /** Brings the controls up to the code. */
  refresh(): void {
    const parameters = parametersOf(this.cell);
    const shape = JSON.stringify(parameters.map((parameter) => ({ ...parameter, value: null })));
    if (shape !== this.shape) {
      this.shape = shape;
      this.dragging.abort();
      this.dragging = new AbortController();
      this.rows.replaceChildren(...parameters.map((parameter) => this.row(parameter)));
    }
    parameters.forEach((parameter, index) => this.showValue(this.rows.children[index] as HTMLElement, parameter));
  }

  private row(parameter: Parameter): HTMLElement {
    if (parameter.kind === 'refused') return element('p', { class: 'live-parameter-refused' }, parameter.words);
    if (parameter.kind === 'drawing') return this.drawing(parameter);
    if (parameter.kind === 'point') return this.point(parameter);
    const id = `parameter-${this.cell.number}-${parameter.name}`;
    const label = element('label', { for: id }, element('code', {}, parameter.name));
    if (parameter.kind === 'choice') {
      const select = element('select', { id }, ...parameter.choices.map((choice) => element('option', { value: choice }, choice)));
      select.addEventListener('change', () => this.set(parameter.line, select.value));
      return element('div', { class: 'live-parameter' }, label, select);
    }
    if (parameter.kind === 'boolean') {
      const input = element('input', { id, type: 'checkbox' });
      input.addEventListener('change', () => this.set(parameter.line, input.checked));
      return element('div', { class: 'live-parameter' }, label, input);
    }
    if (parameter.kind === 'text') {
      const input = element('input', {
        id,
        type: 'text',
        maxlength: String(parameter.max),
        size: String(Math.min(parameter.max, 24)),
        autocomplete: 'off',
        autocapitalize: 'off',
        autocorrect: 'off',
        spellcheck: 'false',
      });
      input.addEventListener('input', () => this.set(parameter.line, input.value));
      return element('div', { class: 'live-parameter' }, label, input);
    }
    const { min, max, step } = parameter;
    const input = element('input', { id, type: 'range', min: String(min), max: String(max), step: String(step) });
    input.addEventListener('input', () => this.set(parameter.line, input.valueAsNumber));
    return element('div', { class: 'live-parameter' }, label, input, element('span', { class: 'live-value', 'aria-hidden': 'true' }));
  }

  private drawing(parameter: Parameter & { kind: 'drawing' }): HTMLElement {
    const row = element('div', {
      class: 'live-parameter live-drawing',
      style: `min-height: calc(${DRAWING_ROWS} * (var(--live-button-height) + 0.1rem))`,
    });
    loadPart<typeof import('./drawing-pad')>(padFile).then(
      ({ addDrawingPad }) => {
        const drawn = (code: string): void => {
          this.cell.code = code;
          void this.rerun();
        };
        this.pads.set(row, addDrawingPad(row, parameter, { code: () => this.cell.code, drawn }));
      },
      (error: unknown) => {
        const words = `The pad to draw ${parameter.name} on could not be loaded (${String(error)}). Change the numbers in the code, or reload the page.`;
        row.replaceChildren(element('p', { class: 'live-parameter-refused' }, words));
      },
    );
    return row;
  }

  /** A slider for each number, for the keyboard; where the cell's picture has a plane, the point is dragged in it. */
  private point(parameter: Parameter & { kind: 'point' }): HTMLElement {
    const { name, line, x, y, step } = parameter;
    const inputs = [x, y].map(([min, max], k) => {
      const input = element('input', { type: 'range', min: String(min), max: String(max), step: String(step) });
      input.setAttribute('aria-label', `${name}, ${k ? 'y' : 'x'}`);
      input.addEventListener('input', () => this.set(line, [inputs[0]!.valueAsNumber, inputs[1]!.valueAsNumber]));
      return input;
    });
    const label = element('span', {}, element('code', {}, name));
    const readOut = element('span', { class: 'live-value', 'aria-hidden': 'true' });
    const signal = AbortSignal.any([this.signal, this.dragging.signal]);
    loadPart<typeof import('./plane')>(planeFile).then(
      ({ dragInPicture }) => {
        if (!signal.aborted) dragInPicture(this.cell.region, parameter, (to) => this.set(line, to), signal);
      },
      // The sliders do the same.
      () => undefined,
    );
    return element('div', { class: 'live-parameter live-point' }, label, ...inputs, readOut);
  }

  private showValue(row: HTMLElement, parameter: Parameter): void {
    if (parameter.kind === 'refused') return;
    if (parameter.kind === 'drawing') {
      this.pads.get(row)?.();
      return;
    }
    if (parameter.kind === 'point') {
      row.querySelectorAll('input').forEach((input, k) => (input.value = String(parameter.value[k])));
      row.querySelector('.live-value')!.textContent = parameter.value.join(', ');
      return;
    }
    const control = row.querySelector<HTMLInputElement | HTMLSelectElement>('input, select')!;
    if (parameter.kind === 'boolean') (control as HTMLInputElement).checked = parameter.value;
    else if (control.value !== String(parameter.value)) control.value = String(parameter.value);
    const readOut = row.querySelector('.live-value');
    if (readOut) readOut.textContent = String(parameter.value);
  }

  private set(line: number, value: number | string | boolean | readonly [number, number]): void {
    const { code } = this.cell;
    const change = rewrite(code, line, value);
    if (!change || change.insert === code.slice(change.from, change.to)) return;
    this.cell.code = code.slice(0, change.from) + change.insert + code.slice(change.to);
    void this.rerun();
  }

  /** One run at a time; of the values that came meanwhile, the newest runs next. */
  private async rerun(): Promise<void> {
    this.moved = true;
    if (this.busy) {
      if (this.paused) this.say(PAUSED);
      else this.watch(REPLACE_AFTER_MS);
      return;
    }
    this.busy = true;
    try {
      while (this.moved) {
        this.moved = false;
        this.watch(REPLACE_AFTER_MS);
        await this.host.run();
        this.say('');
      }
    } finally {
      this.busy = this.paused = false;
      this.say('');
    }
  }

  private watch(milliseconds: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (this.busy && !this.paused) this.endRunBefore();
    }, milliseconds);
  }

  /** Ends a long run whose value is not the newest any more, or says why the newest waits. */
  private endRunBefore(): void {
    const asked = this.ending;
    const queued = this.cell.element.dataset.state === 'queued';
    this.ending = !queued && this.moved && this.host.replace();
    if (this.ending) {
      if (asked) this.say('This value waits: what runs now cannot be interrupted at once.');
      this.watch(END_TIMEOUT_MS);
    } else if (queued || this.moved) {
      this.say('This value waits until Python is free.');
    }
  }

  /** A word below the controls; empty when there is nothing to wait for. */
  private say(words: string): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!words) this.ending = false;
    this.note.textContent = words;
  }
}
