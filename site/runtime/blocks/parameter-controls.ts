/** Sliders, choices and tick boxes under a cell: the code stays the truth, they rewrite it. */

import type { Cell } from '../cell/cell';
import { element } from '../dom/elements';
import { parseParameters, rewrite } from '../cell/parameters';
import type { Parameter } from '../cell/parameters';

/** Those of the chapter's own code were read by the build; code that the reader has changed is read here. */
function parametersOf(cell: Cell): Parameter[] {
  return cell.edited ? parseParameters(cell.code) : cell.parameters;
}

export class ParameterControls {
  private readonly place = element('div', { class: 'live-parameters', role: 'group' });
  private shape = '';
  private busy = false;
  private moved = false;

  private constructor(
    private readonly cell: Cell,
    private readonly run: () => Promise<unknown>,
  ) {
    this.place.setAttribute('aria-label', `Controls of cell ${cell.number}`);
    cell.toolbar.before(this.place);
    this.refresh();
  }

  /** Controls for the cell's `@param` comments; null where it has none. */
  static of(cell: Cell, run: () => Promise<unknown>): ParameterControls | null {
    return parametersOf(cell).length ? new ParameterControls(cell, run) : null;
  }

  /** Brings the controls up to the code. */
  refresh(): void {
    const parameters = parametersOf(this.cell);
    const shape = JSON.stringify(parameters.map((parameter) => ({ ...parameter, value: null })));
    if (shape !== this.shape) {
      this.shape = shape;
      this.place.replaceChildren(...parameters.map((parameter) => this.row(parameter)));
    }
    parameters.forEach((parameter, index) => this.showValue(this.place.children[index] as HTMLElement, parameter));
  }

  private row(parameter: Parameter): HTMLElement {
    if (parameter.kind === 'refused') return element('p', { class: 'live-parameter-refused' }, parameter.words);
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
    const { min, max, step } = parameter;
    const input = element('input', { id, type: 'range', min: String(min), max: String(max), step: String(step) });
    input.addEventListener('input', () => this.set(parameter.line, input.valueAsNumber));
    return element('div', { class: 'live-parameter' }, label, input, element('span', { class: 'live-value', 'aria-hidden': 'true' }));
  }

  private showValue(row: HTMLElement, parameter: Parameter): void {
    if (parameter.kind === 'refused') return;
    const control = row.querySelector<HTMLInputElement | HTMLSelectElement>('input, select')!;
    if (parameter.kind === 'boolean') (control as HTMLInputElement).checked = parameter.value;
    else if (control.value !== String(parameter.value)) control.value = String(parameter.value);
    const readOut = row.querySelector('.live-value');
    if (readOut) readOut.textContent = String(parameter.value);
  }

  private set(line: number, value: number | string | boolean): void {
    const { code } = this.cell;
    const change = rewrite(code, line, value);
    if (!change) return;
    this.cell.code = code.slice(0, change.from) + change.insert + code.slice(change.to);
    void this.rerun();
  }

  /** One run at a time; of the values that came meanwhile, the newest runs next. */
  private async rerun(): Promise<void> {
    this.moved = true;
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.moved) {
        this.moved = false;
        await this.run();
      }
    } finally {
      this.busy = false;
    }
  }
}
