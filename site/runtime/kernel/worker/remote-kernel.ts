/** JupyterLite's Pyodide kernel in its worker, with output in batches, interruption and expressions. */

import type { PyodideAPI } from 'pyodide';
import { PyodideRemoteKernel } from '@jupyterlite/pyodide-kernel/lib/worker';
import type { ExecuteReply, ExecuteRequest, Output, PageMessage, Parent, PythonWorker, StartOptions, WorkerEvent } from '../protocol';
import { StdinChannel } from '../signals/stdin.worker';
import { InterruptBuffer } from '../signals/interrupt.worker';
import { openReserve } from './memory-limit';
import { OutputStream } from './output-stream';
import { PauseSignal } from '../signals/pause.worker';
import { loadPlainPyodide, reportFatalErrors } from '../start/plain.worker';
import PYTHON from './cells.py';

/** The module of cells.py. */
interface Cells {
  functions(): CellFunctions;
}

interface CellFunctions {
  answer_pip_list(): void;
  cancel(): void;
  connect_input(readLine: (prompt: string, password: boolean) => string | true | null): void;
  evaluate(expressions: unknown): unknown;
  draw_graphs(): void;
  explain_errors(acknowledge: () => void, openReserve: () => void): void;
  keep_one_loop(): void;
  guard_runs(enable: (enabled: boolean) => void): void;
  load_packages_quietly(): void;
  make_sleep_interruptible(requested: () => boolean): void;
  refuse_exit(): void;
  refuse_shells(): void;
  run_silently(code: string): [name: string, words: string] | undefined;
  warn_once(): void;
}

export class RemoteKernel extends PyodideRemoteKernel implements PythonWorker {
  #emit: (event: WorkerEvent) => void;
  #interrupts: InterruptBuffer;
  #stdin: StdinChannel;
  #pauseSignal: PauseSignal;
  #output: OutputStream;
  #cells: CellFunctions | undefined;
  #busy = false;
  #prepared: Promise<PyodideAPI> | undefined;

  /** `prepared` is a Python that is already starting, with the kernel in it. */
  constructor(emit: (event: WorkerEvent) => void, prepared?: Promise<PyodideAPI>) {
    super();
    this.#emit = emit;
    this.#prepared = prepared;
    prepared?.catch(() => undefined);
    this.#output = new OutputStream((output) => emit({ output: output as Output }));
    this._sendWorkerMessage = (message) => this.#output.send(message);
    this.#pauseSignal = new PauseSignal((paused) => {
      this.#output.flush();
      this.#emit({ paused });
    });
    this.#interrupts = new InterruptBuffer(() => {
      this.#output.flushOld();
      if (this.#busy) this.#pauseSignal.wait(() => this.#interrupts.requested);
    });
    this.#stdin = new StdinChannel(
      (prompt, password) => {
        this.#output.flush();
        this.#emit({ input: { prompt, password } });
      },
      () => this.#interrupts.requested,
    );
    addEventListener('message', ({ data }: MessageEvent<PageMessage>) => {
      if ('pauses' in data) this.#pauseSignal.urls = data.pauses;
      if ('interrupted' in data) {
        if (this.#busy) this.#interrupts.receive(data.interrupted);
        else this.#interrupts.url = data.interrupted;
        this.#cancel();
      }
    });
  }

  /** Cancel the cell where it awaits; a cell that computes is interrupted by its `InterruptBuffer`. */
  #cancel(): void {
    if (this.#busy) this.#interrupts.run(false, () => this.#cells?.cancel());
  }

  protected override async initRuntime(options: StartOptions): Promise<void> {
    this._pyodide = (await this.#takePrepared()) ?? (await loadPlainPyodide(options, this.#emit));
    reportFatalErrors(this._pyodide, this.#emit);
    this._pyodide.setInterruptBuffer(this.#interrupts as unknown as Uint8Array);
    this.#interrupts.url = options.control.interrupt;
    this.#stdin.urls = options.control.stdin;
    this.#pauseSignal.urls = options.control.pauses;
  }

  /** The prepared Python, unless it failed for another reason than that there is no network. */
  async #takePrepared(): Promise<PyodideAPI | undefined> {
    try {
      return await this.#prepared;
    } catch (error) {
      if (!navigator.onLine) throw error;
      this.#prepared = undefined;
      console.info(`The plain start takes over: ${(error as Error).message}`);
      return undefined;
    }
  }

  protected override async initPackageManager(options: StartOptions): Promise<void> {
    if (!this.#prepared) await super.initPackageManager(options);
  }

  protected override async initKernel(options: StartOptions): Promise<void> {
    if (this.#prepared) return;
    this.#emit({ progress: { text: 'Starting Python' } });
    await super.initKernel(options);
  }

  protected override async initGlobals(options: StartOptions): Promise<void> {
    await super.initGlobals(options);
    // Its place is taken by the reader's variables in a Python that starts from a snapshot.
    if (this.#prepared) this._pyodide.globals.delete('pyodide_kernel');
    this.#cells = this.#importCells().functions();
    this.#cells.connect_input((prompt, password) => this.#stdin.read(prompt, password));
    this.#cells.make_sleep_interruptible(() => this.#interrupts.requestedDuringSleep);
    this.#cells.explain_errors(() => this.#interrupts.acknowledge(), openReserve);
    this.#cells.draw_graphs();
    this.#cells.load_packages_quietly();
    this.#cells.answer_pip_list();
    this.#cells.refuse_exit();
    this.#cells.refuse_shells();
    this.#cells.warn_once();
    this.#cells.keep_one_loop();
    this.#cells.guard_runs((enabled) => (this.#interrupts.enabled = enabled));
    // The base class makes a callback for each cell that converts the whole request at each write.
    for (const name of ['stdout', 'stderr'] as const) {
      this[`_${name}_stream`].publish_stream_callback = (stream: string, text: string) => this.#output.write(stream, text);
      this[`_${name}_stream`] = {};
    }
    this.#takeDescriptors();
    this.#warmUp();
  }

  /** What is written past `sys.stdout`, as by `os.write(1, …)` or code in C, is the cell's too. */
  #takeDescriptors(): void {
    for (const [name, set] of [
      ['stdout', 'setStdout'],
      ['stderr', 'setStderr'],
    ] as const) {
      const decoder = new TextDecoder();
      this._pyodide[set]({
        write: (bytes) => {
          const text = decoder.decode(bytes, { stream: true });
          if (this.#busy) this.#output.write(name, text);
          else if (text.trim()) console.info(text);
          return bytes.length;
        },
      });
    }
  }

  #importCells(): Cells {
    if (this.#prepared) return this._pyodide.pyimport('live_cells') as Cells;
    const scope = this._pyodide.toPy({});
    this._pyodide.runPython(PYTHON, { globals: scope, filename: 'cells.py' });
    return { functions: scope.get('functions') as Cells['functions'] };
  }

  /**
   * Go the way of a cell once: a browser compiles WebAssembly when it first runs. Nothing is shown, counted
   * or remembered. Before the page may ask for a run: a Stop that comes meanwhile would hit it.
   */
  #warmUp(): void {
    this.#cells!.run_silently('import sys');
  }

  override async execute(content: ExecuteRequest, parent: Parent): Promise<ExecuteReply> {
    await this._initialized;
    this.#busy = true;
    this.#output.begin(parent.header);
    try {
      return content.silent ? await this.#executeSilently(content) : await super.execute(content, parent);
    } finally {
      this.#busy = false;
      // Looking costs milliseconds, and values that are asked for are not interrupted.
      if (content.code) this.#interrupts.acknowledge();
      this.#output.flush();
    }
  }

  /** Never called: `connect_input` replaces what would. */
  protected override sendInputRequest(): undefined {}

  #executeSilently({ code, user_expressions: expressions }: ExecuteRequest): ExecuteReply {
    const error = code ? this.#interrupts.run(true, () => this.#cells!.run_silently(code)) : undefined;
    if (error) return { status: 'error', ename: error[0], evalue: error[1], traceback: [] };
    const values = this.formatResult(this.#cells!.evaluate(this._pyodide.toPy(expressions ?? {})));
    return { status: 'ok', user_expressions: values };
  }
}
