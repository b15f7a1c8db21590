/** All weights as a table, to read, to hear, and to change by hand. */

import { element } from '../dom/elements';
import { firstParameter, weightName } from './frames';
import type { Frame, Layout, WeightPlace } from './frames';

/** Three digits, as short as they are. */
export function short(number: number): string {
  return Number.isFinite(number) ? String(Number(number.toPrecision(3))) : String(number);
}

export class WeightTable {
  private readonly body = element('tbody');
  private readonly summary = element('summary', {}, 'Weights as a table');
  readonly element = element(
    'details',
    { class: 'pg-table' },
    this.summary,
    element(
      'div',
      { class: 'pg-table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Weights' },
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element('tr', {}, ...['Neuron', 'Input', 'Weight', 'Gradient'].map((name) => element('th', { scope: 'col' }, name))),
        ),
        this.body,
      ),
    ),
  );
  private rows: { input: HTMLInputElement; gradient: HTMLTableCellElement; at: number }[] = [];
  private shape = '';
  private drawn: Frame | null = null;
  private newest: { layout: Layout; frame: Frame; features: string[] } | null = null;

  constructor(private readonly change: (name: string, value: number) => void) {
    this.element.addEventListener('toggle', () => this.draw());
  }

  /** Shows a moment, where the table is open. */
  show(layout: Layout | null, frame: Frame | null, features: string[]): void {
    this.newest = layout && frame && { layout, frame, features };
    this.draw();
  }

  /** Goes to a weight, where the table is open. */
  choose(place: WeightPlace): void {
    if (!this.element.open) return;
    const input = this.body.querySelector<HTMLInputElement>(`input[aria-label="${weightName(place)}"]`);
    input?.focus();
    input?.select();
  }

  private draw(): void {
    if (!this.element.open) return;
    if (!this.newest) {
      this.body.replaceChildren(
        element('tr', {}, element('td', { colspan: '4' }, 'Press Play or Step: the program has not made this network yet.')),
      );
      this.shape = '';
      return;
    }
    const { layout, frame, features } = this.newest;
    const shape = JSON.stringify([layout.inputs, layout.layers, features]);
    if (shape !== this.shape) this.build(layout, features);
    this.shape = shape;
    if (frame === this.drawn) return;
    this.drawn = frame;
    for (const { input, gradient, at } of this.rows) {
      if (input !== document.activeElement) input.value = String(frame.parameters[at]);
      gradient.textContent = short(frame.gradients[at]!);
    }
  }

  private build(layout: Layout, features: string[]): void {
    this.rows = [];
    this.drawn = null;
    const rows: HTMLTableRowElement[] = [];
    layout.layers.forEach((neurons, layer) =>
      neurons.forEach((_, neuron) => {
        const from = layer ? layout.layers[layer - 1]!.map((__, i) => `neuron ${i + 1} of layer ${layer}`) : features;
        const inputs: (number | 'bias')[] = [...from.keys(), 'bias'];
        inputs.forEach((input, index) => {
          const name = weightName({ layer, neuron, input });
          const field = element('input', { type: 'number', step: 'any', 'aria-label': name });
          field.addEventListener('change', () => {
            if (Number.isFinite(field.valueAsNumber)) this.change(name, field.valueAsNumber);
            else this.drawn = null;
          });
          const gradient = element('td');
          this.rows.push({ input: field, gradient, at: firstParameter(layout, layer, neuron) + index });
          const owner = layer + 1 === layout.layers.length ? 'output' : `${neuron + 1} of layer ${layer + 1}`;
          rows.push(
            element(
              'tr',
              {},
              element('th', { scope: 'row' }, owner),
              element('td', {}, input === 'bias' ? 'bias' : from[input]!),
              element('td', {}, field),
              gradient,
            ),
          );
        });
      }),
    );
    this.body.replaceChildren(...rows);
  }
}
