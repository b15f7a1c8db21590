/** Looks through a training that has ended: the boundary and the loss at each moment that was kept. */

import { button, element } from '../dom/elements';
import { icon } from '../dom/icons';
import type { IconName } from '../dom/icons';
import { scoreAt, unpack, zeroLine } from './training-frames';
import type { FramesPayload, Grid } from './training-frames';

export interface ReplayPayload {
  steps: number | null;
  loss: (number | string)[];
  loss_steps: number[];
  points: number;
  frames?: FramesPayload;
}

/** A moment of a training in words. */
export function momentWords(step: number, steps: number | null, loss: number | string | undefined, accuracy: number | null): string {
  const parts = [`Step ${step}${steps === null ? '' : ` of ${steps}`}`];
  if (loss !== undefined) parts.push(`loss ${typeof loss === 'number' ? loss.toPrecision(4) : loss}`);
  if (accuracy !== null) parts.push(`${(accuracy * 100).toFixed(0)} % right`);
  return parts.join(', ');
}

/** The frame of the plot in the picture; see `Axes` in micrograd/plot.py. */
const FRAME = { left: 56, right: 470, top: 10, bottom: 260 };
/** Pixels of the coloured plane for each field of the grid. */
const FINENESS = 5;
const SECONDS = 5;

const SVG = 'http://www.w3.org/2000/svg';

function svgElement(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** A plane of scores that lies in the place of the picture's own, which stays for the last moment. */
class Plane {
  private readonly layer = svgElement('g', { class: 'live-plane' });
  private readonly canvas = document.createElement('canvas');
  private readonly image: SVGElement;
  private readonly line: SVGElement;

  constructor(private readonly regions: SVGElement) {
    const { left, right, top, bottom } = FRAME;
    this.image = svgElement('image', {
      x: String(left),
      y: String(top),
      width: String(right - left),
      height: String(bottom - top),
      preserveAspectRatio: 'none',
    });
    this.line = svgElement('path', { fill: 'none', stroke: 'currentColor', 'stroke-width': '1.5' });
    this.layer.append(this.image, this.line);
    regions.after(this.layer);
  }

  /** Shows these scores, or the picture's own plane. */
  show(grid: Grid | null): void {
    this.layer.toggleAttribute('hidden', !grid);
    if (grid) this.draw(grid);
  }

  private draw(grid: Grid): void {
    const positive = this.colourOf('--figure-positive', '#1f7fb0');
    const negative = this.colourOf('--figure-negative', '#d0581e');
    const [width, height] = [(grid.columns - 1) * FINENESS, (grid.rows - 1) * FINENESS];
    Object.assign(this.canvas, { width, height });
    const context = this.canvas.getContext('2d')!;
    const pixels = context.createImageData(width, height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const score = scoreAt(grid, (x + 0.5) / FINENESS, (height - y - 0.5) / FINENESS);
        pixels.data.set([...(score > 0 ? positive : negative), 255 * (0.1 + 0.24 * Math.min(1, Math.abs(score)))], 4 * (y * width + x));
      }
    }
    context.putImageData(pixels, 0, 0);
    this.image.setAttribute('href', this.canvas.toDataURL());
    this.line.setAttribute(
      'd',
      zeroLine(grid)
        .map(([a, b]) => `M${this.place(grid, a)}L${this.place(grid, b)}`)
        .join(''),
    );
  }

  private place({ columns, rows }: Grid, [column, row]: readonly [number, number]): string {
    const x = FRAME.left + ((FRAME.right - FRAME.left) * column) / (columns - 1);
    const y = FRAME.bottom - ((FRAME.bottom - FRAME.top) * row) / (rows - 1);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  }

  private colourOf(name: string, fallback: string): number[] {
    const context = this.canvas.getContext('2d')!;
    context.fillStyle = getComputedStyle(this.regions).getPropertyValue(name).trim() || fallback;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }
}

/** Puts the controls under a picture of a training that has ended; nothing where no moments were kept. */
export function addReplay(picture: Element, payload: ReplayPayload, { play = false } = {}): HTMLElement | null {
  const regions = picture.querySelector<SVGElement>('.micrograd-regions');
  const curve = picture.querySelector<SVGElement>('svg > polyline');
  const { frames } = payload;
  if (!regions || !curve || !frames?.steps.length) return null;
  const grids = unpack(frames);
  const last = grids.length - 1;
  const finite = payload.loss_steps.filter((_, i) => typeof payload.loss[i] === 'number');
  const places = curve
    .getAttribute('points')!
    .split(' ')
    .map((place) => place.split(',').map(Number) as [number, number]);
  const dot = svgElement('circle', { class: 'live-moment', r: '5', fill: 'currentColor' });
  curve.after(dot);
  let plane: Plane | null = null;

  const slider = element('input', {
    type: 'range',
    min: '0',
    max: String(last),
    step: '1',
    value: String(last),
    'aria-label': 'Moment of the training',
  });
  const words = element('p', { class: 'live-training-words', 'aria-live': 'off' });
  const playing = button({ text: 'Play', icon: 'run', onClick: () => (timer === null ? start() : halt()) });

  function show(frame: number): void {
    slider.value = String(frame);
    const step = frames!.steps[frame]!;
    // The curve has a place for each step whose loss is finite.
    const [first, end] = [places[0]!, places.at(-1)!];
    const across = first[0] + ((end[0] - first[0]) * (step - 1 - finite[0]!)) / Math.max(1, finite.at(-1)! - finite[0]!);
    const [x, y] = places.findLast(([place]) => place <= across + 0.05) ?? first;
    dot.setAttribute('cx', String(x));
    dot.setAttribute('cy', String(y));
    words.textContent = momentWords(step, payload.steps, frames!.loss[frame], frames!.right[frame]! / payload.points);
    slider.setAttribute('aria-valuetext', words.textContent);
    plane ??= new Plane(regions!);
    plane.show(frame === last ? null : grids[frame]!);
    picture.classList.toggle('live-replayed', frame !== last);
  }

  let timer: number | null = null;
  function say(text: string, picture: IconName): void {
    playing.querySelector('.live-button-text')!.textContent = text;
    playing.querySelector('.live-icon')!.replaceWith(icon(picture));
  }
  function halt(): void {
    if (timer !== null) cancelAnimationFrame(timer);
    timer = null;
    say('Play', 'run');
  }
  function start(): void {
    const first = slider.valueAsNumber === last ? 0 : slider.valueAsNumber;
    const begun = performance.now();
    say('Pause', 'pause');
    const tick = (now: number): void => {
      const frame = Math.min(last, first + Math.max(0, Math.floor(((now - begun) / 1000 / SECONDS) * last)));
      if (frame !== slider.valueAsNumber || frame === first) show(frame);
      if (frame === last || !picture.isConnected) halt();
      else timer = requestAnimationFrame(tick);
    };
    timer = requestAnimationFrame(tick);
  }

  slider.addEventListener('input', () => {
    halt();
    show(slider.valueAsNumber);
  });
  // A mouse need not press: the picture follows it from left to right.
  picture.addEventListener('pointermove', (event) => {
    const { pointerType, clientX } = event as PointerEvent;
    if (pointerType !== 'mouse') return;
    halt();
    const { left, width } = picture.getBoundingClientRect();
    show(Math.min(last, Math.max(0, Math.round(((clientX - left) / width) * last))));
  });
  show(last);
  if (play && !matchMedia('(prefers-reduced-motion: reduce)').matches) start();
  return element(
    'div',
    { class: 'live-scrubber live-replay', role: 'group', 'aria-label': 'Training, moment by moment' },
    playing,
    slider,
    words,
  );
}
