/** A pad to draw on with mouse, finger or pen, and its pixels as a grid for the keyboard: a part loaded where a cell has one. */

import { button, element } from '../dom/elements';
import { readPixels, writePixels } from './pixels-in-code';
import { FULL, erased, extended, pixelsOf } from './strokes';
import type { Point, Stroke } from './strokes';

export interface DrawingPlace {
  name: string;
  line: number;
  width: number;
  height: number;
}

export interface DrawingHost {
  code(): string;
  /** Takes the code with the new picture, and runs it. */
  drawn(code: string): void;
}

const SVG = 'http://www.w3.org/2000/svg';
const ERASER = 0.07;
const PEN_ERASER = 32;

const STYLE = `
.live-drawing {
  display: grid;
  grid-template: auto auto 1fr / max-content auto;
  gap: 0.3rem 0.8rem;
  justify-content: start;
  align-items: start;
  padding: 0.2rem 0;
}
.live-drawing > .live-pad {
  --side: min(calc(5.6 * (var(--live-button-height) + 0.1rem)), 50vw);
  grid-row: span 3;
  width: calc(var(--side) * var(--columns) / var(--rows));
  max-width: none;
  height: var(--side);
  border: 1px solid var(--live-soft);
  border-radius: var(--live-radius);
  background: var(--md-default-bg-color);
  color: var(--md-default-fg-color);
  cursor: crosshair;
  touch-action: none;
  user-select: none;
}
.live-drawing > code {
  justify-self: start;
}
.live-pad polyline {
  fill: none;
  stroke: currentcolor;
  stroke-width: 0.07px;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.live-pixels {
  display: grid;
  width: min(calc(2.6 * (var(--live-button-height) + 0.1rem)), 26vw);
  aspect-ratio: var(--columns) / var(--rows);
  align-self: end;
  border: 1px solid var(--live-soft);
}
.live-pixels > div {
  display: grid;
  grid-template-columns: repeat(var(--columns), 1fr);
}
.live-pixels > div > div {
  background: color-mix(in srgb, var(--md-default-fg-color) calc(var(--ink) * 100%), var(--md-default-bg-color));
}
.live-pixels > div > div:focus-visible {
  outline: 2px solid var(--live-accent);
  outline-offset: 0;
  z-index: 1;
}
.live-drawing-buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 0.3rem;
}
.live-drawing-buttons [aria-pressed='true'] {
  background: var(--live-tint-strong);
}
@media (forced-colors: active) {
  .live-pixels > div > div {
    forced-color-adjust: none;
  }
}
.live-drawing .live-parameter-refused {
  grid-column: 1 / -1;
}
`;

/** Puts a pad into `place`; returns what brings it up to the code. */
export function addDrawingPad(place: HTMLElement, drawing: DrawingPlace, host: DrawingHost): () => void {
  if (!document.querySelector('style[data-drawing-pad]')) document.head.append(element('style', { 'data-drawing-pad': true }, STYLE));
  const pad = new DrawingPad(place, drawing, host);
  return () => pad.refresh();
}

class DrawingPad {
  private strokes: Stroke[] = [];
  private pixels: number[];
  private erasing = false;
  /** The pointer that draws, or erases. */
  private pointer: { id: number; erases: boolean } | null = null;
  private frame = 0;
  private readonly svg = document.createElementNS(SVG, 'svg');
  private readonly cells: HTMLElement[] = [];
  private readonly eraser: HTMLButtonElement;
  private readonly refused = element('p', { class: 'live-parameter-refused', hidden: true });

  constructor(
    place: HTMLElement,
    private readonly drawing: DrawingPlace,
    private readonly host: DrawingHost,
  ) {
    const { name, width, height } = drawing;
    this.pixels = new Array<number>(width * height).fill(0);
    const label = element('code', { id: `drawing-${name}-${drawing.line}` }, name);
    place.setAttribute('role', 'group');
    place.setAttribute('aria-labelledby', label.id);
    place.style.setProperty('--columns', String(width));
    place.style.setProperty('--rows', String(height));
    this.svg.setAttribute('viewBox', '0 0 1 1');
    this.svg.setAttribute('preserveAspectRatio', 'none');
    this.svg.setAttribute('class', 'live-pad');
    this.svg.setAttribute('role', 'img');
    this.svg.setAttribute('aria-label', 'Pad: draw with mouse, finger or pen');
    this.eraser = button({ text: 'Eraser', onClick: () => this.erase(!this.erasing) });
    const blank = button({ text: 'Blank page', onClick: () => this.clear() });
    this.erase(false);
    place.replaceChildren(
      this.svg as unknown as HTMLElement,
      label,
      element('div', { class: 'live-drawing-buttons' }, blank, this.eraser),
      this.grid(),
      this.refused,
    );
    this.svg.addEventListener('pointerdown', (event) => this.down(event));
    this.svg.addEventListener('pointermove', (event) => this.move(event));
    for (const end of ['pointerup', 'pointercancel'] as const) this.svg.addEventListener(end, (event) => this.up(event));
    this.refresh();
  }

  /** Shows the picture of the code, unless it is the one that was just drawn. */
  refresh(): void {
    const { line, width, height, name } = this.drawing;
    const read = readPixels(this.host.code(), line, width * height, FULL);
    this.refused.hidden = typeof read !== 'string';
    this.refused.textContent = typeof read === 'string' ? `${name} cannot be shown: ${read} Draw, and it is written anew.` : '';
    if (typeof read === 'string') return;
    if (read.every((pixel, place) => pixel === this.pixels[place])) return;
    this.pixels = read;
    this.strokes = [];
    this.show();
  }

  private grid(): HTMLElement {
    const { width, height, name } = this.drawing;
    const grid = element('div', { class: 'live-pixels', role: 'grid', 'aria-label': `${name} as ${height} rows of ${width} pixels` });
    grid.title = 'What the code gets. Arrow keys move, space puts or takes ink, + and − change it.';
    for (let row = 0; row < height; row++) {
      const made = Array.from({ length: width }, () => element('div', { role: 'gridcell', tabindex: '-1' }));
      this.cells.push(...made);
      grid.append(element('div', { role: 'row' }, ...made));
    }
    this.cells[0]!.tabIndex = 0;
    grid.addEventListener('keydown', (event) => this.key(event));
    grid.addEventListener('focusin', ({ target }) => {
      for (const cell of this.cells) cell.tabIndex = cell === target ? 0 : -1;
    });
    this.label();
    return grid;
  }

  private key(event: KeyboardEvent): void {
    const { width, height } = this.drawing;
    const at = this.cells.indexOf(event.target as HTMLElement);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = [Math.floor(at / width), at % width];
    const moves: Record<string, [number, number]> = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [row, 0],
      End: [row, width - 1],
    };
    const ink = this.pixels[at]!;
    const inks: Record<string, number> = { ' ': ink ? 0 : FULL, '+': Math.min(ink + 4, FULL), '-': Math.max(ink - 4, 0) };
    const to = moves[event.key];
    const pixel = inks[event.key];
    if (!to && pixel === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (to && to[0] >= 0 && to[0] < height && to[1] >= 0 && to[1] < width) this.cells[to[0] * width + to[1]]!.focus();
    if (pixel !== undefined) this.put(at, pixel);
  }

  /** One pixel by itself: the strokes, which it is none of, are given up. */
  private put(at: number, ink: number): void {
    this.strokes = [];
    this.pixels = this.pixels.with(at, ink);
    this.show();
    this.write();
  }

  private clear(): void {
    this.strokes = [];
    this.pixels = this.pixels.map(() => 0);
    this.erase(false);
    this.show();
    this.write();
  }

  private erase(on: boolean): void {
    this.erasing = on;
    this.eraser.setAttribute('aria-pressed', String(on));
  }

  private down(event: PointerEvent): void {
    if (event.button > 0 && !(event.buttons & PEN_ERASER)) return;
    if (this.pointer) return;
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    const erases = this.erasing || (event.buttons & PEN_ERASER) !== 0;
    this.pointer = { id: event.pointerId, erases };
    // A first stroke begins a page of its own: what came from the code is no stroke.
    if (!erases) this.strokes.push([]);
    this.go(event);
  }

  private move(event: PointerEvent): void {
    if (this.pointer?.id !== event.pointerId) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const each of between.length ? between : [event]) this.go(each);
  }

  private up(event: PointerEvent): void {
    if (this.pointer?.id === event.pointerId) this.pointer = null;
  }

  private go(event: PointerEvent): void {
    const box = this.svg.getBoundingClientRect();
    const within = (part: number) => Math.min(Math.max(part, 0), 1);
    const point: Point = [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
    if (!this.pointer!.erases) {
      this.strokes = this.strokes.with(-1, extended(this.strokes.at(-1)!, point));
    } else if (this.strokes.length) {
      this.strokes = erased(this.strokes, point, ERASER);
      if (!this.strokes.length) this.pixels = this.pixels.map(() => 0);
    } else {
      const { width, height } = this.drawing;
      const at = Math.min(Math.floor(point[1] * height), height - 1) * width + Math.min(Math.floor(point[0] * width), width - 1);
      this.pixels = this.pixels.with(at, 0);
    }
    // Once a frame is as often as it can be seen.
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      const { width, height } = this.drawing;
      if (this.strokes.length) this.pixels = pixelsOf(this.strokes, width, height);
      this.show();
      this.write();
    });
  }

  private write(): void {
    const code = this.host.code();
    const change = writePixels(code, this.drawing.line, this.pixels, this.drawing.width);
    if (change) this.host.drawn(code.slice(0, change.from) + change.insert + code.slice(change.to));
  }

  private show(): void {
    const { width, height } = this.drawing;
    const shapes = this.strokes.length
      ? this.strokes.map((stroke) => {
          // A dot is a line to itself, or nothing would be drawn.
          const points = stroke.length === 1 ? [stroke[0]!, stroke[0]!] : stroke;
          return shape('polyline', { points: points.map((point) => point.map((part) => part.toFixed(4)).join(',')).join(' ') });
        })
      : this.pixels.flatMap((ink, at) =>
          ink
            ? [
                shape('rect', {
                  x: String((at % width) / width),
                  y: String(Math.floor(at / width) / height),
                  width: String(1 / width),
                  height: String(1 / height),
                  fill: 'currentColor',
                  'fill-opacity': String(ink / FULL),
                }),
              ]
            : [],
        );
    this.svg.replaceChildren(...shapes);
    this.label();
  }

  private label(): void {
    const { width } = this.drawing;
    this.cells.forEach((cell, at) => {
      const ink = this.pixels[at]!;
      if (cell.dataset['ink'] === String(ink)) return;
      cell.dataset['ink'] = String(ink);
      cell.style.setProperty('--ink', String(ink / FULL));
      cell.setAttribute('aria-label', `row ${Math.floor(at / width) + 1}, column ${(at % width) + 1}: ${ink} of ${FULL}`);
    });
  }
}

function shape(tag: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made as SVGElement;
}
