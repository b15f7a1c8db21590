/** A point that is dragged in a cell's picture: a part loaded where a cell has one. */

import { element } from '../dom/elements';

export interface Ranges {
  x: readonly [number, number];
  y: readonly [number, number];
  step: number;
}

export type Point = readonly [number, number];

/** What `plot_contours` draws its lines on; the numbers at its edges stand in `data-x` and `data-y`. */
const PLANE = '.micrograd-plane';

const STYLE = `
[data-point] svg:has(${PLANE}) {
  cursor: crosshair;
  touch-action: none;
}
`;

/** A number within a range, on a step from its beginning. */
export function onStep(number: number, [low, high]: readonly [number, number], step: number): number {
  const within = Math.min(high, Math.max(low, low + Math.round((number - low) / step) * step));
  return Number(within.toPrecision(12));
}

/** Hands over where a pointer is in the region's picture, while it is pressed. */
export function dragInPicture(region: HTMLElement, ranges: Ranges, moved: (point: Point) => void, signal: AbortSignal): void {
  if (!document.querySelector('style[data-plane]')) document.head.append(element('style', { 'data-plane': true }, STYLE));
  region.dataset.point = '';
  signal.addEventListener('abort', () => delete region.dataset.point);
  let pointer: number | null = null;
  const move = (event: PointerEvent) => {
    // The picture is another one after each run.
    const plane = region.querySelector<SVGElement>(PLANE);
    if (!plane || event.pointerId !== pointer) return;
    const { left, right, top, bottom } = plane.getBoundingClientRect();
    const [fromX, toX] = edges(plane.dataset.x);
    const [fromY, toY] = edges(plane.dataset.y);
    const x = fromX + ((event.clientX - left) / (right - left)) * (toX - fromX);
    const y = fromY + ((bottom - event.clientY) / (bottom - top)) * (toY - fromY);
    moved([onStep(x, ranges.x, ranges.step), onStep(y, ranges.y, ranges.step)]);
  };
  region.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 || !(event.target as Element).closest('svg')?.querySelector(PLANE)) return;
      event.preventDefault();
      pointer = event.pointerId;
      region.setPointerCapture(pointer);
      move(event);
    },
    { signal },
  );
  region.addEventListener('pointermove', move, { signal });
  for (const end of ['pointerup', 'pointercancel'] as const) region.addEventListener(end, () => (pointer = null), { signal });
}

function edges(written = '0 1'): Point {
  const [low = 0, high = 1] = written.split(' ').map(Number);
  return [low, high];
}
