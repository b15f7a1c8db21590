/** The playground: controls that rewrite a program, and pictures of the network that the program trains. */

import type { Cell } from '../cell/cell';
import { button, element } from '../dom/elements';
import { book } from '../dom/book';
import { icon } from '../dom/icons';
import { download } from '../dom/download';
import { ChallengeList } from './challenge-list';
import { History, Picture, colourScale, drawCurves, drawPoints, paletteOf } from './drawing';
import type { Curve, Palette } from './drawing';
import { choice, slider, tick } from './fields';
import type { Field } from './fields';
import { neuronCount, readFrame, readSecond, readStart } from './frames';
import type { Answer, Frame, Layout, WeightPlace } from './frames';
import { gradientWords } from './gradient-words';
import type { Factors } from './gradient-words';
import { NetworkView } from './network-view';
import { PointPainter } from './point-painter';
import type { PaintedPoint } from './point-painter';
import { Player } from './player';
import { ACTIVATIONS, DATA_SETS, LIMITS, readSettings, paintedPoints, withoutControl, writePoints, writeSetting } from './program';
import type { Settings } from './program';
import { SecondRun } from './second-run';
import { STYLE } from './style';
import { WeightTable, short } from './weight-table';

const TYPE = 'application/vnd.micrograd.playground+json';
const PYTHON = 'text/x-python';
const MODULE = `__import__("importlib").import_module("${book.playground}")`;

/** What the playground asks of its page. */
export interface PlaygroundHost {
  readonly cell: Cell;
  /** Runs the cell, as its button does; resolves with whether it ended well. */
  run(): Promise<boolean>;
  /** Whether Python knows what the cell defines. */
  hasRun(): boolean;
  /** A value by media type, as IPython describes it. */
  describe(expression: string): Promise<Record<string, unknown>>;
  /** Runs a line beside the cell. */
  execute(line: string): Promise<void>;
  announce(text: string): void;
  /** Saves the page's notebook with the reader's code. */
  saveNotebook(): void;
}

/** In CSS pixels; style.ts stacks the network and its output below it. */
const NARROW = 600;
const RATES = ['0.0001', '0.001', '0.003', '0.01', '0.03', '0.1', '0.3', '1', '3', '10'];
const same = (values: readonly string[]): Record<string, string> => Object.fromEntries(values.map((value) => [value, value]));

export class Playground {
  private readonly fields = new Map<keyof Settings, Field>();
  private readonly player: Player;
  private readonly network: NetworkView;
  private readonly table: WeightTable;
  private readonly playButton: HTMLButtonElement;
  private readonly epoch = element('output', { class: 'pg-epoch', 'aria-live': 'off' }, 'Epoch 0');
  private readonly words = element('p', { class: 'pg-words', role: 'status' });
  private readonly plane = new Picture(element('canvas', { class: 'pg-picture', role: 'img', 'aria-label': "The network's output" }));
  private readonly dots = element('canvas', { 'aria-hidden': 'true' });
  private readonly looked = element('h2', {}, 'Output');
  private readonly curves = element('canvas', { class: 'pg-curves', role: 'img', 'aria-label': 'Loss by epoch' });
  private readonly trainLoss = element('dd', { class: 'pg-train' }, '–');
  private readonly testLoss = element('dd', { class: 'pg-test' }, '–');
  private readonly layersPlace = element('div', { class: 'pg-sizes-place' });
  private palette: Palette;
  private scale: Uint32Array;
  private settings: Settings;
  private layout: Layout | null = null;
  private frame: Frame | null = null;
  private history = new History();
  /** The code that the numbers come from. */
  private computed: string | null = null;
  /** The neuron that is shown large; null: the network's output. */
  private looking: number | null = null;
  /** Curves of an earlier run, to compare with. */
  private kept: History | null = null;
  private readonly second = new SecondRun(() => void this.chooseSecond());
  private readonly challenges: ChallengeList;
  private readonly painter: PointPainter;
  private showTest = true;
  private discrete = false;
  /** What the points that are drawn depend on. */
  private dotted: unknown[] = [];
  /** Runs follow each other: a control that moves meanwhile asks for one more. */
  private running: Promise<boolean> | null = null;
  private stale = false;
  /** A control writes into the code. */
  private setting = false;
  /** Numbers of requests for frames: the last one, and the last one that was drawn. */
  private asked = 0;
  private drawn = 0;
  /** What the newest run made, on its way from Python. */
  private beginning: Promise<void> = Promise.resolve();

  constructor(
    private readonly place: HTMLElement,
    private readonly host: PlaygroundHost,
    signal: AbortSignal,
  ) {
    place.ownerDocument.head.append(element('style', { id: 'pg-style' }, STYLE));
    place.closest('article')?.setAttribute('data-playground', '');
    this.palette = paletteOf(place);
    this.scale = colourScale(this.palette);
    this.settings = readSettings(host.cell.code);
    this.player = new Player(
      {
        train: (epochs) => this.train(epochs),
        playing: (on) => this.showPlaying(on),
        rests: () => this.sayPaused(),
      },
      signal,
    );
    this.network = new NetworkView(
      {
        setFeatures: (features) => this.set('features', features),
        setHidden: (hidden) => this.set('hidden', hidden),
        look: (neuron, name) => this.look(neuron, name),
        chooseWeight: (where) => {
          this.table.choose(where);
          void this.explain(where);
        },
      },
      this.palette,
      this.scale,
      signal,
    );
    this.table = new WeightTable((name, value) => void this.changeWeight(name, value));
    this.challenges = new ChallengeList((text) => host.announce(text));
    this.painter = new PointPainter(this.dots, {
      range: () => (this.layout && this.settings.data === 'painted' ? this.layout.range : null),
      add: (point) => this.addPoint(point),
    });
    this.playButton = button({ text: 'Play', icon: 'run', className: 'live-primary pg-play', onClick: () => void this.togglePlay() });
    this.build();
    const scheme = new MutationObserver(() => this.recolour());
    scheme.observe(document.body, { attributes: true, attributeFilter: ['data-md-color-scheme'] });
    signal.addEventListener('abort', () => {
      scheme.disconnect();
      document.querySelector('#pg-style')?.remove();
    });
    this.takeRecorded();
    this.changed();
  }

  /** The code is another: the controls follow. */
  changed(): void {
    this.settings = readSettings(this.host.cell.code);
    for (const [name, field] of this.fields) field.show(this.settings[name] as string | number | null);
    this.painter.element.hidden = this.settings.data !== 'painted';
    this.arrange();
    // Typing holds the training; a control goes on with the new program.
    if (!this.isCurrent && !this.setting && !this.running) this.player.pause();
    this.say();
  }

  /** The cell has run, by whichever button. */
  ended(well: boolean): void {
    this.beginning = this.begin(well);
  }

  private async begin(well: boolean): Promise<void> {
    this.computed = null;
    if (!well) {
      this.player.pause();
      this.say('The program did not run to its end: what Python says stands below it.', true);
      return;
    }
    const { code } = this.host.cell;
    try {
      const answer = await this.ask('begun()');
      const start = readStart(answer.json, answer.bytes);
      this.layout = start.layout;
      this.history = new History();
      this.second.restart();
      const beside = this.second.program(code, this.settings);
      if (beside !== null) {
        start.frame.second = readSecond(await this.ask(`run_beside(${JSON.stringify(beside)})`));
      }
      this.computed = code;
      this.arrange();
      this.take(start.frame);
      this.say();
    } catch (error) {
      this.player.pause();
      this.say(reasonOf(error), true);
    }
  }

  private build(): void {
    const field = (name: keyof Settings, made: Field): HTMLElement => {
      this.fields.set(name, made);
      return made.element;
    };
    const text = (
      name: 'data' | 'start' | 'activation' | 'optimizer' | 'penalty',
      label: string,
      choices: Record<string, string>,
    ): HTMLElement =>
      field(
        name,
        choice(label, choices, (value) => this.set(name, value as never)),
      );
    const number = (name: 'rate' | 'penaltyRate', label: string, choices: readonly string[]): HTMLElement =>
      field(
        name,
        choice(label, same(choices), (value) => this.set(name, Number(value))),
      );
    const range = (
      name: 'noise' | 'share' | 'batch',
      label: string,
      ends: { min: number; max: number; step: number; unit?: string },
    ): HTMLElement =>
      field(
        name,
        slider(label, ends, (value) => this.set(name, value)),
      );
    const keep = button({
      text: 'Keep curves',
      onClick: () => {
        this.kept = this.history;
        this.draw();
      },
    });
    keep.title = 'The curves so far stay, thin, beside those of the next run';
    const program = (): string => this.host.cell.code.replace(/^view\.show\(\)$/m, 'train(100)\nprint(view)');
    const more = element(
      'div',
      { class: 'pg-bar', role: 'group', 'aria-label': 'Save' },
      button({ text: 'Save as Python', onClick: () => download('playground.py', PYTHON, `${program()}\n`) }),
      button({ text: 'Save as notebook', onClick: () => this.host.saveNotebook() }),
      button({ text: 'Save as PyTorch', onClick: () => void this.savePyTorch() }),
    );
    const bar = element(
      'div',
      { class: 'pg-bar' },
      this.playButton,
      button({ text: 'Step', name: 'Step: train one epoch', icon: 'next', onClick: () => void this.step() }),
      button({ text: 'Reset', name: 'Reset: back to epoch 0', icon: 'restart', onClick: () => void this.reset() }),
      this.epoch,
      button({ text: 'New points', onClick: () => this.set('dataSeed', (this.settings.dataSeed ?? 0) + 1) }),
      button({ text: 'New weights', onClick: () => this.set('seed', (this.settings.seed ?? 0) + 1) }),
      keep,
    );
    const settings = element(
      'div',
      { class: 'pg-settings', role: 'group', 'aria-label': 'Settings' },
      text('data', 'Data', DATA_SETS),
      range('noise', 'Noise', { min: 0, max: 0.5, step: 0.05 }),
      range('share', 'For training', { min: 10, max: 90, step: 10, unit: '\u202f%' }),
      range('batch', 'Batch size', { min: 1, max: 30, step: 1 }),
      text('activation', 'Activation', same(ACTIVATIONS)),
      text('start', 'First weights', { '1': 'from −1 to 1', '0.1': 'small: × 0.1', '3': 'large: × 3', '0': 'all 0' }),
      text('optimizer', 'Optimizer', { SGD: 'SGD', momentum: 'SGD with momentum', Adam: 'Adam' }),
      number('rate', 'Learning rate', RATES),
      text('penalty', 'Penalty', { none: 'none', L1: 'L1', L2: 'L2' }),
      number('penaltyRate', 'Penalty rate', RATES),
      this.second.control,
    );
    const folded = element('details', { class: 'pg-fold' }, element('summary', {}, 'Settings'), settings, this.layersPlace);
    // A narrow screen has room for the picture or for the settings.
    folded.open = this.place.clientWidth > NARROW;
    const output = element(
      'div',
      { class: 'pg-output' },
      this.looked,
      element('div', { class: 'pg-plane' }, this.plane.canvas, this.dots),
      element(
        'dl',
        { class: 'pg-losses' },
        element('dt', {}, 'Training loss'),
        this.trainLoss,
        element('dt', {}, 'Test loss'),
        this.testLoss,
      ),
      this.curves,
      this.second.element,
      tick('Hide test points', (on) => {
        this.showTest = !on;
        this.draw();
      }),
      tick('Show the sign only', (on) => {
        this.discrete = on;
        this.draw();
      }),
    );
    this.place.classList.add('pg');
    this.place.style.minHeight = '';
    this.place.replaceChildren(
      bar,
      folded,
      element('div', { class: 'pg-body' }, this.network.element, output),
      this.words,
      this.painter.element,
      more,
      this.table.element,
      this.challenges.element,
    );
  }

  /** What the build recorded stands until the program runs. */
  private takeRecorded(): void {
    const { cell } = this.host;
    const script = cell.region.querySelector(`script[type="${TYPE}"]`);
    if (!script?.textContent) return;
    const { layout, frame } = readStart(script.textContent);
    this.layout = layout;
    this.frame = frame;
    this.computed = cell.original;
    this.history.add(frame.epoch, frame.train, frame.test);
  }

  private set<Name extends keyof Settings>(name: Name, value: NonNullable<Settings[Name]>): void {
    const { cell } = this.host;
    const code = writeSetting(cell.code, name, value);
    if (code === cell.code) return;
    const live = name === 'rate' && this.isCurrent && this.host.hasRun();
    if (!live) {
      this.write(code);
      return;
    }
    this.computed = code;
    this.setting = true;
    cell.code = code;
    this.setting = false;
    void this.executed(`optimizer.lr = ${String(value)}`);
  }

  /** Gives the cell other code, and runs it where its code has run before. */
  private write(code: string): void {
    const { cell } = this.host;
    this.setting = true;
    cell.code = code;
    this.setting = false;
    if (this.host.hasRun() && !cell.fromLink) void this.rerun();
  }

  /** Whether the numbers that are shown are those of the code as it is. */
  private get isCurrent(): boolean {
    return this.computed === this.host.cell.code;
  }

  private arrange(): void {
    const { settings, layout } = this;
    const current = this.isCurrent ? layout : null;
    const hidden = settings.hidden ?? layout?.layers.slice(0, -1).map((neurons) => neurons.length) ?? [];
    const features = settings.features ?? Array.from({ length: layout?.inputs ?? 0 }, (_, i) => `input ${i + 1}`);
    this.network.arrange({
      features,
      hidden,
      activation: settings.activation,
      editable: settings.features !== null && settings.hidden !== null,
    });
    const focused = (document.activeElement as HTMLElement | null)?.dataset.key;
    this.layersPlace.replaceChildren(
      settings.hidden === null
        ? ''
        : element(
            'div',
            { class: 'pg-sizes' },
            element('span', {}, 'Hidden layers'),
            this.network.sizes('layers', 'hidden layer', hidden.length, LIMITS.layers, (count) =>
              this.set('hidden', count < hidden.length ? hidden.slice(0, count) : [...hidden, hidden.at(-1) ?? 4]),
            ),
          ),
    );
    if (focused) this.layersPlace.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
    this.table.show(current, current && this.frame, features);
    if (current && this.frame) this.draw();
    else this.blank();
  }

  /** The program has not computed this yet. */
  private blank(): void {
    this.plane.clear();
    for (const shown of [this.trainLoss, this.testLoss]) shown.textContent = '–';
    this.epoch.textContent = 'Epoch 0';
    const { width, height } = this.dots;
    this.dots.getContext('2d')!.clearRect(0, 0, width, height);
    this.dotted = [];
    this.curves.getContext('2d')!.clearRect(0, 0, this.curves.width, this.curves.height);
  }

  private take(frame: Frame): void {
    this.frame = frame;
    this.history.add(frame.epoch, frame.train, frame.test);
    if (frame.second && this.layout) this.second.take(frame.second, this.layout, this.scale);
    this.draw();
    if (this.isCurrent) this.challenges.judge(this.settings, frame);
    // The code may have changed while Python was at work.
    if (this.isCurrent) this.table.show(this.layout, frame, this.settings.features ?? []);
  }

  private draw(): void {
    const { layout, frame } = this;
    if (!layout || !frame || !this.isCurrent) return;
    // Asked before anything is written: a size of what has changed is a layout of the page.
    const [width, height] = [this.curves.clientWidth || 260, this.curves.clientHeight || 68];
    const across = this.dots.clientWidth || 260;
    if (layout.layers.length) this.network.draw(layout, frame);
    this.drawPlane(across);
    this.epoch.textContent = `Epoch ${frame.epoch}`;
    this.trainLoss.textContent = frame.train.toFixed(4);
    this.testLoss.textContent = Number.isNaN(frame.test) ? '–' : frame.test.toFixed(4);
    const curves = (history: History, colours: [string, string]): Curve[] => [
      { epochs: history.epochs, values: history.train, dashed: false, colour: colours[0] },
      { epochs: history.epochs, values: history.test, dashed: true, colour: colours[1] },
    ];
    const { text, soft, negative, positive } = this.palette;
    const other = `rgb(${positive.join(' ')})`;
    const faint = `rgb(${negative.join(' ')})`;
    const shown = [
      ...(this.kept && this.kept !== this.history ? curves(this.kept, [faint, faint]) : []),
      ...(this.second.isOn ? curves(this.second.history, [other, other]) : []),
      ...curves(this.history, [text, soft]),
    ];
    drawCurves(this.curves, width, height, shown, this.palette);
  }

  private drawPlane(across = this.dots.clientWidth || 260): void {
    const { layout, frame, looking } = this;
    if (!layout || !frame) return;
    const width = neuronCount(layout);
    if (looking !== null && looking < 0)
      this.plane.draw(layout.features, layout.side, layout.inputs, -1 - looking, this.scale, this.discrete);
    else this.plane.draw(frame.pictures, layout.side, width, looking ?? width - 1, this.scale, this.discrete);
    // Points stay while the network is trained.
    const dotted = [layout, this.palette, this.showTest, across, devicePixelRatio];
    if (dotted.every((part, i) => part === this.dotted[i])) return;
    this.dotted = dotted;
    drawPoints(this.dots, across, layout.points, layout.training, layout.range, this.palette, this.showTest);
  }

  private look(neuron: number | null, name: string): void {
    this.looking = neuron;
    this.looked.textContent = neuron === null ? 'Output' : name;
    if (this.isCurrent) this.drawPlane();
  }

  private recolour(): void {
    this.palette = paletteOf(this.place);
    this.scale = colourScale(this.palette);
    this.network.recolour(this.palette, this.scale);
    this.draw();
  }

  private showPlaying(on: boolean): void {
    this.playButton.querySelector('.live-button-text')!.textContent = on ? 'Pause' : 'Play';
    this.playButton.querySelector('.live-icon')!.replaceWith(icon(on ? 'pause' : 'run'));
  }

  private sayPaused(): void {
    if (!this.frame) return;
    this.host.announce(
      `Paused at epoch ${this.frame.epoch}. Training loss ${short(this.frame.train)}, test loss ${short(this.frame.test)}.`,
    );
  }

  private async togglePlay(): Promise<void> {
    if (this.player.isPlaying) this.player.pause();
    else if (await this.ready()) this.player.play();
  }

  private async step(): Promise<void> {
    this.player.pause();
    if (await this.ready()) await this.advance(1).catch(() => undefined);
  }

  private async reset(): Promise<void> {
    this.player.pause();
    await this.rerun();
  }

  /** Makes sure that Python has run the code as it is. Code from a link runs at a press on its own cell only. */
  private async ready(): Promise<boolean> {
    if (this.isCurrent && this.host.hasRun()) return true;
    return this.rerun();
  }

  private async rerun(): Promise<boolean> {
    if (this.host.cell.fromLink) {
      this.say('This program came with a link. Read it, then press Run under it, or put it aside.', true);
      this.host.cell.focus();
      return false;
    }
    this.stale = true;
    this.running ??= this.runWhileStale().finally(() => (this.running = null));
    return this.running;
  }

  private async runWhileStale(): Promise<boolean> {
    let well = false;
    while (this.stale) {
      this.stale = false;
      this.say('Python runs the program …');
      well = await this.host.run();
      await this.beginning;
      well &&= this.isCurrent;
    }
    if (well) this.say();
    return well;
  }

  /** A value of the engine's module for playgrounds. */
  private async ask(call: string): Promise<Answer> {
    const data = await this.host.describe(`${MODULE}.${call}`);
    return { json: data['text/plain'] as string, bytes: data['application/octet-stream'] as Uint8Array<ArrayBuffer> };
  }

  /** Trains; resolves with what draws the network as it is then. */
  private async train(epochs: number): Promise<() => void> {
    if (this.running && !(await this.running)) throw new Error('the program did not run');
    const code = this.computed;
    this.asked += 1;
    const turn = this.asked;
    try {
      const answer = await this.ask(`advanced(train, ${epochs})`);
      // Meanwhile the program may have been run anew.
      return () => {
        if (turn < this.drawn || code !== this.computed || this.running) return;
        this.drawn = turn;
        this.take(readFrame(answer));
      };
    } catch (error) {
      this.say(reasonOf(error), true);
      throw error;
    }
  }

  private async advance(epochs: number): Promise<void> {
    (await this.train(epochs))();
  }

  /** The factors of a weight's gradient, for the first point. */
  private async explain({ layer, neuron, input }: WeightPlace): Promise<void> {
    // A run under way has the last word: its end would take the answer away.
    if (this.running && !(await this.running)) return;
    if (!this.isCurrent || !this.host.hasRun()) return;
    try {
      const { json } = await this.ask(`why(${layer}, ${neuron}, ${input === 'bias' ? 'None' : input})`);
      this.say(gradientWords(JSON.parse(json) as Factors, input === 'bias'));
    } catch (error) {
      this.say(reasonOf(error), true);
    }
  }

  /** Both runs begin anew, together. */
  private async chooseSecond(): Promise<void> {
    this.second.restart();
    if (this.host.hasRun() && !this.host.cell.fromLink) await this.rerun();
    else this.say(this.second.isOn ? 'Play trains both, from epoch 0.' : undefined);
  }

  private async savePyTorch(): Promise<void> {
    if (!(await this.ready())) return;
    try {
      const { text } = JSON.parse((await this.ask('pytorch()')).json) as { text: string };
      download('playground_pytorch.py', PYTHON, text);
    } catch (error) {
      this.say(reasonOf(error), true);
    }
  }

  private addPoint(point: PaintedPoint): void {
    const { code } = this.host.cell;
    const points = paintedPoints(code);
    if (points) this.write(writePoints(code, [...points, point]));
  }

  private changeWeight(name: string, value: number): Promise<void> {
    return this.executed(`${name}.data = ${value}`);
  }

  /** Runs a line beside the program, shows it, and draws what has become of the network. */
  private async executed(line: string): Promise<void> {
    if (!(await this.ready())) return;
    try {
      await this.host.execute(line);
      if (!this.player.isPlaying) await this.advance(0);
      this.say(`Beside the program, the page ran: ${line}`);
    } catch (error) {
      this.say(reasonOf(error), true);
    }
  }

  private say(text?: string, bad = false): void {
    const missing = withoutControl(this.settings);
    const own = missing.length ? `The code goes its own way for ${missing.join(', ')}: it is run as it is written.` : '';
    const waits = this.isCurrent ? '' : 'The program has changed: Play, Step or Run computes it.';
    this.words.textContent = text ?? [waits, own].filter(Boolean).join(' ');
    this.words.classList.toggle('pg-bad', bad);
  }
}

/** What Python said, without the expression that the page asked for. */
function reasonOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return said.includes(MODULE) ? said.slice(said.indexOf('): ') + 3) : said;
}

export function openPlayground(place: HTMLElement, host: PlaygroundHost, signal: AbortSignal): Playground {
  return new Playground(place, host, signal);
}
