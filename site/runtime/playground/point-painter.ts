/** Points painted by hand: by a click into the picture, or as numbers. */

import { button, element } from '../dom/elements';

export type PaintedPoint = [x1: number, x2: number, target: number];

export interface PainterHost {
  /** The ends of both coordinates in the picture; null while it takes no points. */
  range(): [number, number] | null;
  add(point: PaintedPoint): void;
}

function numberField(name: string): HTMLInputElement {
  return element('input', { type: 'number', step: '0.01', value: '0', 'aria-label': `${name} of the new point` });
}

export class PointPainter {
  readonly element: HTMLElement;
  private target = 1;

  constructor(
    picture: HTMLElement,
    private readonly host: PainterHost,
  ) {
    const [x1, x2] = [numberField('x1'), numberField('x2')];
    const kind = element(
      'select',
      { 'aria-label': 'Kind of the new point' },
      element('option', { value: '1' }, 'circle (1)'),
      element('option', { value: '-1' }, 'square (−1)'),
    );
    kind.addEventListener('change', () => {
      this.target = Number(kind.value);
    });
    this.element = element(
      'fieldset',
      { class: 'pg-paint', hidden: true },
      element('legend', {}, 'Paint points: click into the picture, or give numbers'),
      kind,
      x1,
      x2,
      button({
        text: 'Add point',
        onClick: () => {
          if (Number.isFinite(x1.valueAsNumber + x2.valueAsNumber)) this.add(x1.valueAsNumber, x2.valueAsNumber);
        },
      }),
    );
    picture.addEventListener('click', ({ clientX, clientY }) => {
      const range = host.range();
      if (!range) return;
      const { left, top, width, height } = picture.getBoundingClientRect();
      const [low, high] = range;
      this.add(low + ((clientX - left) / width) * (high - low), high - ((clientY - top) / height) * (high - low));
    });
  }

  private add(x1: number, x2: number): void {
    const rounded = (number: number): number => Math.round(100 * number) / 100;
    this.host.add([rounded(x1), rounded(x2), this.target]);
  }
}
