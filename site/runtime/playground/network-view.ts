/** The network: a button with a picture for each feature and neuron, weights as lines between them. */

import { button, element } from '../dom/elements';
import { Atlas, Picture, drawLines, lineAt, styleOf } from './drawing';
import type { Box, Line, Palette } from './drawing';
import { ailment, firstParameter, neuronCount } from './frames';
import type { Frame, Layout, WeightPlace } from './frames';
import { FEATURES, LIMITS, featureLabel } from './program';

/** What is drawn: features of the code, and the sizes of its hidden layers. */
export interface Structure {
  features: string[];
  /** Whether the controls may change it. */
  editable: boolean;
  hidden: number[];
  activation: string | null;
}

export interface NetworkHost {
  setFeatures(features: string[]): void;
  setHidden(hidden: number[]): void;
  /** A neuron to be shown large, by its number among all; a feature where below 0: -1 is the first. Null: none. */
  look(neuron: number | null, name: string): void;
  chooseWeight(place: WeightPlace): void;
}

interface DrawnFeature {
  button: HTMLButtonElement;
  picture: Picture;
}

/** Where columns and buttons are. */
interface Geometry {
  width: number;
  height: number;
  /** Of each column's buttons left, right and middle. */
  ends: (readonly [number, number, number])[][];
  /** Of each neuron's picture. */
  boxes: Box[];
}

export class NetworkView {
  readonly element = element('div', { class: 'pg-network', role: 'group', 'aria-label': 'Network' });
  private readonly canvas = element('canvas', { class: 'pg-lines', 'aria-hidden': 'true' });
  private readonly columns = element('div', { class: 'pg-columns' });
  private readonly tip = element('output', { class: 'pg-tip', hidden: true });
  private readonly inner = element('div', { class: 'pg-network-inner' }, this.canvas, this.columns, this.tip);
  private features = new Map<string, DrawnFeature>();
  private layers: HTMLButtonElement[][] = [];
  /** The neurons' pictures, which are drawn with the lines, under the buttons. */
  private readonly atlas = new Atlas();
  /** Features and colours that are drawn: they stay while the network is trained. */
  private drawnFeatures: [Float32Array, Uint32Array] | null = null;
  private shown = '';
  private structure: Structure | null = null;
  private lines: Line[] = [];
  private places: WeightPlace[] = [];
  private marked: number | null = null;
  private last: { layout: Layout; frame: Frame } | null = null;
  private geometry: Geometry | null = null;
  /** What the lines that are drawn depend on. */
  private drawnLook: unknown[] = [];

  constructor(
    private readonly host: NetworkHost,
    private palette: Palette,
    private scale: Uint32Array,
    signal: AbortSignal,
  ) {
    this.element.append(this.inner);
    const observer = new ResizeObserver(() => {
      this.geometry = null;
      this.redrawLines();
    });
    observer.observe(this.inner);
    signal.addEventListener('abort', () => observer.disconnect());
    this.inner.addEventListener('pointermove', (event) => this.hover(event));
    this.inner.addEventListener('pointerleave', () => this.mark(null));
    this.inner.addEventListener('click', (event) => {
      this.hover(event);
      const place = this.marked === null ? undefined : this.places[this.marked];
      if (place) this.host.chooseWeight(place);
    });
  }

  recolour(palette: Palette, scale: Uint32Array): void {
    this.palette = palette;
    this.scale = scale;
    if (this.last) this.draw(this.last.layout, this.last.frame);
  }

  /** Brings buttons and columns up to the code. */
  arrange(structure: Structure): void {
    const key = JSON.stringify(structure);
    this.structure = structure;
    if (key === this.shown) return;
    this.shown = key;
    const focused = (document.activeElement as HTMLElement | null)?.dataset.key;
    const others = structure.features.filter((feature) => !(FEATURES as readonly string[]).includes(feature));
    this.features = new Map();
    const offered = structure.editable ? [...FEATURES, ...others] : structure.features;
    const column = element(
      'div',
      { class: 'pg-column', role: 'group', 'aria-label': 'Features' },
      element('h2', {}, 'Features'),
      ...offered.map((source) => this.featureButton(source, structure)),
    );
    this.layers = structure.hidden.map((size, layer) => Array.from({ length: size }, (_, neuron) => this.neuronButton(layer, neuron)));
    const { hidden } = structure;
    const layers = this.layers.map((neurons, layer) =>
      element(
        'div',
        { class: 'pg-column', role: 'group', 'aria-label': `Hidden layer ${layer + 1}` },
        element('h2', {}, `Layer ${layer + 1}`),
        ...neurons,
        structure.editable &&
          this.sizes(
            `neurons-${layer}`,
            `neuron in layer ${layer + 1}`,
            hidden[layer]!,
            LIMITS.neurons,
            (size) => this.host.setHidden(hidden.map((old, i) => (i === layer ? size : old))),
            1,
          ),
      ),
    );
    this.columns.replaceChildren(column, ...layers);
    this.geometry = null;
    this.last = null;
    this.drawnFeatures = null;
    this.lines = [];
    if (focused) this.columns.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
    this.redrawLines();
  }

  /** `−` and `+` with a number between them. */
  sizes(key: string, what: string, size: number, most: number, set: (size: number) => void, least = 0): HTMLElement {
    const make = (sign: string, name: string, to: number, allowed: boolean): HTMLButtonElement => {
      const made = button({
        name,
        text: sign,
        className: 'pg-size',
        onClick: () => {
          if (allowed) set(to);
        },
      });
      made.dataset.key = `${key}${sign}`;
      made.setAttribute('aria-disabled', String(!allowed));
      return made;
    };
    return element(
      'div',
      { class: 'pg-sizes' },
      make('−', `One ${what} less`, size - 1, size > least),
      element('span', { class: 'pg-count' }, String(size)),
      make('+', `One more ${what}`, size + 1, size < most),
    );
  }

  /** Draws a moment. `layout` has the shape that is arranged. */
  draw(layout: Layout, frame: Frame): void {
    this.last = { layout, frame };
    const width = neuronCount(layout);
    if (this.drawnFeatures?.[0] !== layout.features || this.drawnFeatures[1] !== this.scale) {
      this.drawnFeatures = [layout.features, this.scale];
      this.structure!.features.forEach((source, index) =>
        this.features.get(source)?.picture.draw(layout.features, layout.side, layout.inputs, index, this.scale),
      );
    }
    let number = 0;
    this.layers.forEach((neurons, layer) =>
      neurons.forEach((made, neuron) => {
        const found = ailment(layout.layers[layer]![neuron]!, frame.pictures, width, number);
        if ((made.dataset.ailment ?? null) !== found) {
          if (found) made.dataset.ailment = found;
          else delete made.dataset.ailment;
          made.setAttribute('aria-label', `Neuron ${neuron + 1} of layer ${layer + 1}${found ? `, ${found}` : ''}`);
        }
        number += 1;
      }),
    );
    this.atlas.fill(frame.pictures, layout.side, width, number, this.scale);
    this.redrawLines();
  }

  private featureButton(source: string, structure: Structure): HTMLButtonElement {
    const on = structure.features.includes(source);
    const index = structure.features.indexOf(source);
    const canvas = element('canvas', { 'aria-hidden': 'true' });
    const made = element(
      'button',
      {
        type: 'button',
        class: 'pg-neuron pg-feature',
        'aria-pressed': String(on),
        title: source,
      },
      element('span', { class: 'pg-feature-name' }, featureLabel(source)),
      canvas,
    );
    made.dataset.key = `feature-${source}`;
    made.addEventListener('click', () => {
      if (!this.structure?.editable) return;
      const { features } = this.structure;
      const next = features.includes(source) ? features.filter((other) => other !== source) : [...features, source];
      const order = (feature: string): number => {
        const place = (FEATURES as readonly string[]).indexOf(feature);
        return place < 0 ? FEATURES.length : place;
      };
      // A network needs an input.
      if (next.length) this.host.setFeatures(next.sort((a, b) => order(a) - order(b)));
    });
    this.watch(made, on ? -1 - index : null, `feature ${source}`);
    if (on) this.features.set(source, { button: made, picture: new Picture(canvas) });
    return made;
  }

  private neuronButton(layer: number, neuron: number): HTMLButtonElement {
    const name = `Neuron ${neuron + 1} of layer ${layer + 1}`;
    const made = element('button', { type: 'button', class: 'pg-neuron', 'aria-label': name });
    made.dataset.key = `neuron-${layer}-${neuron}`;
    const before = this.structure!.hidden.slice(0, layer).reduce((sum, size) => sum + size, 0);
    this.watch(made, before + neuron, name);
    made.addEventListener('click', (event) => {
      event.stopPropagation();
      this.host.chooseWeight({ layer, neuron, input: 'bias' });
    });
    return made;
  }

  private watch(made: HTMLElement, neuron: number | null, name: string): void {
    if (neuron === null) return;
    for (const type of ['pointerenter', 'focus']) made.addEventListener(type, () => this.host.look(neuron, name));
    for (const type of ['pointerleave', 'blur']) made.addEventListener(type, () => this.host.look(null, ''));
  }

  private measure(): Geometry {
    const frame = this.inner.getBoundingClientRect();
    const ends = (made: HTMLElement): readonly [number, number, number] => {
      const { left, right, top, bottom } = made.getBoundingClientRect();
      return [left - frame.left, right - frame.left, (top + bottom) / 2 - frame.top];
    };
    const features = this.structure!.features.map((source) => this.features.get(source)).filter((drawn) => drawn !== undefined);
    return {
      width: frame.width,
      height: frame.height,
      ends: [features.map(({ button: made }) => ends(made)), ...this.layers.map((neurons) => neurons.map(ends))],
      boxes: this.layers.flat().map((made) => {
        const { left, top } = made.getBoundingClientRect();
        const { clientLeft, clientTop, clientWidth } = made;
        return { left: left + clientLeft - frame.left, top: top + clientTop - frame.top, size: clientWidth };
      }),
    };
  }

  private redrawLines(): void {
    if (!this.inner.isConnected || !this.structure) return;
    this.geometry ??= this.measure();
    const { width, height, ends, boxes } = this.geometry;
    this.lines = [];
    this.places = [];
    if (this.last) {
      const { layout, frame } = this.last;
      // The output's picture stands to the right, in the middle.
      const all = [...ends, [[width, width, Math.min(height / 2, 160)] as const]];
      for (let layer = 0; layer + 1 < all.length; layer++) {
        const [from, to] = [all[layer]!, all[layer + 1]!];
        to.forEach((end, neuron) =>
          from.forEach((start, input) => {
            const weight = frame.parameters[firstParameter(layout, layer, neuron) + input];
            if (weight === undefined) return;
            this.lines.push({ from: [start[1], start[2]], to: [end[0], end[2]], weight });
            this.places.push({ layer, neuron, input });
          }),
        );
      }
    }
    const look = [this.geometry, this.palette, devicePixelRatio, this.marked, ...this.lines.map(({ weight }) => styleOf(weight))];
    const stays = look.length === this.drawnLook.length && look.every((part, i) => part === this.drawnLook[i]);
    this.drawnLook = look;
    const context = stays ? this.canvas.getContext('2d')! : drawLines(this.canvas, width, height, this.lines, this.palette, this.marked);
    if (this.last) this.atlas.draw(context, boxes);
  }

  private hover(event: MouseEvent): void {
    const { left, top } = this.inner.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const over = (event.target as HTMLElement).closest('button');
    const found = over ? null : lineAt(this.lines, x, y);
    this.mark(found);
    if (found === null) return;
    this.tip.textContent = `weight ${this.lines[found]!.weight.toPrecision(3)}`;
    this.tip.style.left = `${Math.min(x + 10, Math.max(0, this.inner.clientWidth - 90))}px`;
    this.tip.style.top = `${y - 26}px`;
  }

  private mark(index: number | null): void {
    this.tip.hidden = index === null;
    this.inner.style.cursor = index === null ? '' : 'pointer';
    if (index === this.marked) return;
    this.marked = index;
    this.redrawLines();
  }
}
