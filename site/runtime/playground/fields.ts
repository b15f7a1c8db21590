/** Labelled controls; each says so where the code goes its own way and it has nothing to set. */

import { element } from '../dom/elements';

export interface Field {
  readonly element: HTMLElement;
  /** Shows a value of the code; null: the code has none that the control knows. */
  show(value: string | number | null): void;
}

let made = 0;

function labelled(text: string, control: HTMLElement, ...after: HTMLElement[]): HTMLElement {
  control.id = `pg-${made++}`;
  return element('div', { class: 'pg-field' }, element('label', { for: control.id }, text), control, ...after);
}

function obey(whole: HTMLElement, control: HTMLInputElement | HTMLSelectElement, known: boolean): void {
  control.disabled = !known;
  whole.title = known ? '' : 'The code goes its own way here: this control has nothing to set.';
}

/** A choice; a value of the code that is not among the choices is shown, and can be left. */
export function choice(text: string, choices: Readonly<Record<string, string>>, set: (value: string) => void): Field {
  const select = element('select', {}, ...Object.entries(choices).map(([value, name]) => element('option', { value }, name)));
  select.addEventListener('change', () => set(select.value));
  const whole = labelled(text, select);
  let extra: HTMLOptionElement | null = null;
  return {
    element: whole,
    show: (value) => {
      obey(whole, select, value !== null);
      extra?.remove();
      extra = null;
      const wanted = value === null ? '' : String(value);
      if (!(wanted in choices)) select.prepend((extra = element('option', { value: wanted }, wanted || '–')));
      select.value = wanted;
    },
  };
}

export function slider(
  text: string,
  range: { min: number; max: number; step: number; unit?: string },
  set: (value: number) => void,
): Field {
  const { min, max, step, unit = '' } = range;
  const input = element('input', { type: 'range', min: String(min), max: String(max), step: String(step) });
  const value = element('output', { class: 'pg-value' });
  const say = (): void => {
    value.textContent = `${input.value}${unit}`;
  };
  input.addEventListener('input', say);
  input.addEventListener('change', () => set(input.valueAsNumber));
  const whole = labelled(text, input, value);
  return {
    element: whole,
    show: (shown) => {
      obey(whole, input, shown !== null);
      if (shown !== null) input.value = String(shown);
      value.textContent = shown === null ? '–' : `${shown}${unit}`;
    },
  };
}

export function tick(text: string, set: (on: boolean) => void): HTMLElement {
  const input = element('input', { type: 'checkbox' });
  input.addEventListener('change', () => set(input.checked));
  return element('label', { class: 'pg-tick' }, input, text);
}
