/** A page with live cells, from its arrival in the window to its leaving. */

import ownEngineFile from 'separate:../blocks/own-engine';
import playgroundFile from 'separate:../playground/playground';
import outputsFile from 'separate:../blocks/outputs';
import { Cell } from '../cell/cell';
import type { CellHost } from '../cell/cell';
import { PIECE_NAMES, compares, missingPieces, piecesFor, withChapters } from '../blocks/pieces';
import { Exercise } from '../blocks/exercise';
import { Figures } from '../blocks/figures';
import { onPauseAsked, sayPaused } from '../blocks/pausing';
import { ParameterControls } from '../blocks/parameter-controls';
import { Prediction } from '../blocks/prediction';
import { Progress } from '../blocks/progress';
import { arrangeRecorded } from '../blocks/training-picture';
import { openWidgets } from '../blocks/widgets';
import { KeptEdits } from '../edits/kept-edits';
import { copyName, saveInLite } from '../edits/lite-copy';
import { withEdits } from '../edits/notebook';
import type { Notebook } from '../edits/notebook';
import type { Playground } from '../playground/playground';
import { download } from '../dom/download';
import { openStore } from '../dom/storage';
import { loadPart } from '../dom/parts';
import type { EditorHelp } from '../editor/help';
import type { Displays } from '../output/displays';
import { cellRange } from '../run/plan';
import { loadKernel } from '../run/load-kernel';
import { Runner } from '../run/runner';
import type { RunnerHost } from '../run/runner';
import { Controls } from './controls';
import { onIntent } from './intent';
import { NotebookFrame } from './notebook-frame';

const loadOutputs = () => loadPart<typeof import('../blocks/outputs')>(outputsFile);
const loadPlayground = () => loadPart<typeof import('../playground/playground')>(playgroundFile);
const loadOwnEngine = () => loadPart<typeof import('../blocks/own-engine')>(ownEngineFile);

/** The root of the site: this file stands two folders below it, in assets/live/. */
const SITE = new URL('../../', import.meta.url);

export class Page {
  readonly cells: readonly Cell[];
  private readonly leaving = new AbortController();
  private readonly runner: Runner;
  private readonly controls: Controls;
  private readonly edits: KeptEdits;
  private readonly store = openStore(SITE);
  private readonly progress = new Progress(this.store);
  private readonly exercises = new Map<Cell, Exercise>();
  /** The question that stands before a cell. */
  private readonly predictions = new Map<Cell, Prediction>();
  private readonly parameters = new Map<Cell, ParameterControls>();
  private readonly figures = new Figures(document);
  private readonly chapter: string;
  private readonly notebook: string | null;
  private displays: Displays | null = null;
  /** The picture of the program in the page's first cell, on the page that has one. */
  private playground: Playground | null = null;
  /** Whether the chapter runs with the engine that the reader wrote. */
  private ownEngine = false;

  /** Brings the document's cells to life; null where it has none. */
  static open(root: Document): Page | null {
    const data = root.querySelector<HTMLElement>('#live-page');
    const elements = [...root.querySelectorAll<HTMLElement>('.live-cell')];
    const place = root.querySelector<HTMLElement>('#live-controls');
    return data && place && elements.length ? new Page(data, place, elements) : null;
  }

  private constructor(data: HTMLElement, place: HTMLElement, elements: HTMLElement[]) {
    const { signal } = this.leaving;
    const host = this.cellHost();
    this.cells = elements.map((element) => new Cell(element, host, signal));
    const { notebook, chapter = '' } = data.dataset;
    this.chapter = chapter;
    this.notebook = notebook ?? null;
    const frame = notebook
      ? new NotebookFrame(
          () => this.notebookAddress(),
          place,
          (open) => this.controls.showNotebookOpen(open),
        )
      : null;
    this.controls = new Controls(
      place,
      {
        runAll: () => void this.runner.runAll(),
        stop: () => {
          this.dropMoves();
          void this.runner.stop();
        },
        restart: () => {
          this.dropMoves();
          void this.runner.restart();
        },
        retry: () => void this.runner.retry(),
        toggleNotebook: () => frame?.toggle(),
        menu: [
          { text: 'Copy link to this page', act: () => void this.copyLink(this.cells, null) },
          ...(notebook ? [{ text: 'Download as notebook', act: () => void this.downloadNotebook() }] : []),
          { text: 'Reset page', act: () => this.resetPage() },
        ],
      },
      frame !== null,
      signal,
    );
    this.runner = new Runner(this.runnerHost(), loadKernel);
    onIntent(
      elements,
      () => {
        this.runner.prefetch();
        loadOutputs().catch(() => undefined);
      },
      signal,
    );
    this.edits = new KeptEdits(
      chapter,
      this.cells,
      this.store,
      (text) => this.controls.announce(text),
      (text) => this.controls.warn(text),
    );
    void this.edits.open(location.hash, signal);
    onPauseAsked((paused) => this.runner.pause(paused), signal);
    this.openBlocks();
    this.offerOwnEngine();
    void this.openPlayground();
    openWidgets(document, signal);
    arrangeRecorded(signal);
    const drawings = document.querySelectorAll<HTMLScriptElement>('.live-output script[type^="application/vnd.micrograd."]');
    if (drawings.length) {
      loadOutputs().then(
        ({ enliven }) => enliven(drawings),
        (error: unknown) =>
          this.controls.warn(
            `The buttons of the drawings could not be loaded (${String(error)}). Check the network, then reload the page.`,
          ),
      );
    }
  }

  close(): void {
    this.leaving.abort();
    this.runner.dispose();
    for (const cell of this.cells) cell.destroy();
  }

  private cellHost(): CellHost {
    return {
      help: this.help(),
      run: (cell, { advance }) => {
        void this.runner.run(cell);
        if (advance) this.cells[cell.number]?.focus();
      },
      copyLink: (cell) => void this.copyLink([cell], cell),
      changed: (cell) => {
        this.edits?.changed(cell);
        this.parameters.get(cell)?.refresh();
        if (!cell.edited) this.figures.restore((last) => this.upTo(last).some((one) => this.isChanged(one)), cell.number);
        if (cell === this.cells[0]) this.playground?.changed();
      },
    };
  }

  private help(): EditorHelp {
    return {
      complete: async (code, cursor) => (await this.runner.answering?.complete(code, cursor)) ?? null,
      inspect: async (code, cursor) => {
        const found = await this.runner.answering?.inspect(code, cursor);
        const text = found?.found ? found.data['text/plain'] : undefined;
        return typeof text === 'string' ? text : null;
      },
    };
  }

  private runnerHost(): RunnerHost {
    return {
      cells: this.cells,
      prepare: async (cell) => {
        const { Displays, OutputArea } = await loadOutputs();
        this.displays ??= new Displays();
        cell.output ??= new OutputArea(cell.region, this.displays, (execution) => this.runner.cellOf(execution));
      },
      solutionFor: (cell) => this.solutionFor(cell),
      prelude: () => (this.ownEngine ? loadOwnEngine().then(({ prelude }) => prelude(this.pieces(), piecesFor(this.number))) : null),
      onPreludeFinished: (error) =>
        this.controls.setEngineMessage(
          error === null
            ? "Computed by your own code: each of its pieces does what the book's does."
            : `Not run: ${error}. Mend the piece in its chapter and check it there, or switch back.`,
        ),
      status: (status) => this.controls.show(status, this.runner?.busy ?? false),
      announce: (text) => this.controls.announce(text),
      ended: (cell, result) => {
        if (cell === this.cells[0]) this.playground?.ended(result.status === 'ok');
        if (result.status === 'ok' || cell.meantToFail) {
          void this.predictions.get(cell)?.compare((expressions) => this.runner.evaluate(expressions));
        }
      },
      ran: async (cell) => {
        this.sayWhichSolutions(cell);
        const changed = this.upTo(cell.number).some((one) => one.ranEdited && this.isChanged(one));
        await this.figures.follow(cell.number, changed, (expressions) => this.runner.evaluate(expressions));
      },
      paused: (paused) => sayPaused(paused),
      forgotten: (cells) => this.controls.offerAgain(cells.length ? () => void this.runner.runSeries(cells) : null),
    };
  }

  private openBlocks(): void {
    for (const cell of this.cells) {
      const followers = this.cells.filter((other) => other.follows && other.number > cell.number);
      const controls = ParameterControls.of(
        cell,
        {
          run: () => this.runner.runSeries([cell, ...followers], { keep: true, controlOf: cell }),
          replace: () => this.runner.replace(cell),
        },
        this.leaving.signal,
      );
      if (controls) this.parameters.set(cell, controls);
      const section = cell.element.closest<HTMLElement>('.live-exercise');
      if (section) this.exercises.set(cell, this.openExercise(section, cell));
    }
    for (const section of document.querySelectorAll<HTMLElement>('.live-prediction')) {
      const next = this.cells.find((cell) => section.compareDocumentPosition(cell.element) & Node.DOCUMENT_POSITION_FOLLOWING);
      if (next) this.predictions.set(next, new Prediction(section, next, (text) => this.controls.announce(text)));
    }
    if (this.exercises.size)
      this.progress.has(
        this.chapter,
        [...this.exercises.values()].map(({ name }) => name),
      );
    this.showProgress();
  }

  /** Values that wait for a control's run are not run any more. */
  private dropMoves(): void {
    for (const controls of this.parameters.values()) controls.drop();
  }

  private openExercise(section: HTMLElement, cell: Cell): Exercise {
    const name = section.dataset.exercise ?? '';
    return new Exercise(section, cell, this.progress.isDone(this.chapter, name), {
      run: async (target) => {
        await this.runner.run(target);
      },
      runSilently: (code) => this.runner.runSilently(code),
      announce: (text) => this.controls.announce(text),
      passed: (exercise) => {
        this.progress.finish(this.chapter, exercise.name);
        if (exercise.piece) this.store.write(`piece:${exercise.piece}`, exercise.passedCode);
        this.showProgress();
      },
    });
  }

  private async openPlayground(): Promise<void> {
    const place = document.querySelector<HTMLElement>('#live-playground');
    const cell = this.cells[0]!;
    if (!place) return;
    try {
      const { openPlayground } = await loadPlayground();
      this.playground = openPlayground(
        place,
        {
          cell,
          run: () => this.runner.runSeries([cell], { keep: true }),
          hasRun: () => this.runner.hasRun(cell),
          describe: (expression) => this.runner.describe(expression),
          execute: async (line) => {
            const { status, evalue } = await this.runner.runSilently(line);
            if (status !== 'ok') throw new Error(evalue ?? 'It was stopped.');
          },
          announce: (text) => this.controls.announce(text),
          saveNotebook: () => void this.downloadNotebook(),
        },
        this.leaving.signal,
      );
    } catch (error) {
      this.controls.warn(
        `The playground could not be loaded (${String(error)}). Check the network, then reload the page; the program below runs without it.`,
      );
    }
  }

  private pieces(): Map<string, string> {
    return new Map(
      PIECE_NAMES.flatMap((piece) => {
        const code = this.store.read<string>(`piece:${piece}`);
        return typeof code === 'string' ? [[piece, code] as const] : [];
      }),
    );
  }

  /** The chapter's number; 0 on other pages. */
  private get number(): number {
    return Number(/path=(\d+)-/.exec(this.notebook ?? '')?.[1] ?? 0);
  }

  /** In the chapters that mkdocs.yml names, the reader's pieces can take the engine's place. */
  private offerOwnEngine(): void {
    const needed = piecesFor(this.number);
    const pieces = this.pieces();
    if (!needed.length || !pieces.size) return;
    const missing = missingPieces(pieces, needed);
    // What is compared is the reader's own from the start; other chapters run with it when asked.
    this.ownEngine = !missing.length && compares(this.number);
    this.controls.offerOwnEngine(withChapters(missing), this.ownEngine, (on) => {
      this.ownEngine = on;
      this.controls.setEngineMessage('');
      if (this.runner.started) void this.runner.restart();
    });
  }

  private showProgress(): void {
    const { done, total } = this.progress.of(this.chapter);
    if (this.exercises.size) this.controls.showProgress(done.length, total);
    this.progress.mark(document, SITE);
  }

  private upTo(number: number): readonly Cell[] {
    return this.cells.slice(0, number);
  }

  /** Whether the code, as it would run for the cells below, is another than the book's; an exercise that was solved is not. */
  private isChanged(cell: Cell): boolean {
    return cell.edited && !this.exercises.has(cell);
  }

  /** Where a cell has used what an exercise makes, and the reader has not written it, its output says so. */
  private sayWhichSolutions(cell: Cell): void {
    const needs = (cell.element.dataset.needs ?? '').split(' ');
    const solutions = [...this.exercises.values()].filter(
      (exercise) => needs.includes(exercise.name) && this.runner.ranSolution(exercise.cell),
    );
    if (!solutions.length || !cell.region.hasChildNodes()) return;
    const cells = cellRange(solutions.map((exercise) => exercise.cell.number));
    // So short that it takes one line on a phone too: it stands in the place of another.
    cell.sayOrigin(`With the book's ${solutions.length === 1 ? 'solution' : 'solutions'} of ${cells}`);
  }

  /** Below an exercise, cells need what its solution defines, whether the reader has solved it or not. */
  private solutionFor(cell: Cell): { code: string; words: string } | null {
    const exercise = this.exercises.get(cell);
    if (!exercise || exercise.solution === null || exercise.passedCode === cell.code) return null;
    return { code: exercise.solution, words: 'The solution ran in place of this cell, for the cells below; Run runs yours' };
  }

  private async copyLink(cells: readonly Cell[], anchor: Cell | null): Promise<void> {
    let address: string;
    try {
      address = await this.edits.linkTo(cells, anchor);
    } catch (error) {
      this.controls.warn((error as Error).message);
      return;
    }
    try {
      await navigator.clipboard.writeText(address);
      this.controls.announce('The link is copied: it carries the code.');
      this.controls.warn('Link copied. It carries the code; whoever opens it decides whether to run it.');
    } catch {
      this.controls.warn('The browser does not let the page copy. Here is the link to copy by hand:', address);
    }
  }

  /** The reader's code by the cell's id, where it is not the chapter's. */
  private editedCells(): Map<string, string> {
    return new Map(this.cells.filter((cell) => cell.edited).map((cell) => [cell.id, cell.code]));
  }

  private get notebookFile(): string {
    return new URL(this.notebook!, SITE).searchParams.get('path') ?? '';
  }

  private async fetchNotebook(edits: ReadonlyMap<string, string>): Promise<Notebook> {
    const response = await fetch(new URL(`lite/files/${this.notebookFile}`, SITE));
    if (!response.ok) throw new Error(`${response.status}`);
    return withEdits((await response.json()) as Notebook, edits);
  }

  /** The chapter's notebook in JupyterLite; where cells were edited, a copy with the reader's code. */
  private async notebookAddress(): Promise<string> {
    const address = new URL(this.notebook!, SITE);
    const edits = this.editedCells();
    if (!edits.size) return address.href;
    try {
      const copy = copyName(this.notebookFile, edits);
      await saveInLite(new URL('lite/', SITE), copy, await this.fetchNotebook(edits));
      address.searchParams.set('path', copy);
    } catch (error) {
      this.controls.warn(
        `The notebook shows the chapter's code: yours could not be put into it (${String(error)}). "Download as notebook" has it.`,
      );
    }
    return address.href;
  }

  private async downloadNotebook(): Promise<void> {
    try {
      const notebook = await this.fetchNotebook(this.editedCells());
      download(`${this.chapter}.ipynb`, 'application/x-ipynb+json', JSON.stringify(notebook, null, 1));
    } catch (error) {
      this.controls.warn(`The notebook could not be fetched (${String(error)}). Check the network and try again.`);
    }
  }

  private resetPage(): void {
    this.edits.reset();
    this.controls.announce("Every cell has the chapter's code again.");
  }
}
