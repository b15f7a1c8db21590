/** A worker that speaks the kernel's protocol as Python's does, and runs a language of a few words. */

import { expose } from 'comlink';
import type { ExecuteReply, OutputMessage, PageMessage, Parent, PythonWorker, WorkerEvent } from '../../site/runtime/kernel/protocol';

/** The code of all runs since the last `fresh()`, those that a worker was given and no others. */
export const log: string[] = [];

/** How the workers behave that are made from now on. */
export const world = { startFails: false, workers: 0 };

export function fresh(): void {
  log.length = 0;
  Object.assign(world, { startFails: false, workers: 0 });
}

const OK: ExecuteReply = { status: 'ok' };

function failed(ename: string, evalue = ''): ExecuteReply {
  return { status: 'error', ename, evalue, traceback: [`${ename}: ${evalue}`] };
}

/**
 * `print WORDS`, `raise NAME`, `loop` until an interrupt, `deaf` that hears none, `die`, `show ID WORDS`, `update ID
 * WORDS`; `x` counts the runs of `count`.
 */
class Python implements PythonWorker {
  private interrupt: () => void = () => undefined;
  private count = 0;

  constructor(private readonly send: (note: WorkerEvent) => void) {}

  hear(message: PageMessage): void {
    if ('interrupted' in message) this.interrupt();
  }

  async initialize(): Promise<void> {
    if (world.startFails) throw new Error('no memory for it');
  }

  async execute({ code, user_expressions: asked = {} }: { code: string; user_expressions?: Record<string, string> }, parent: Parent) {
    if (Object.keys(asked).length) {
      const data = { status: 'ok', data: { 'text/plain': String(this.count) } } as const;
      return { status: 'ok', user_expressions: Object.fromEntries(Object.keys(asked).map((name) => [name, data])) } satisfies ExecuteReply;
    }
    log.push(code);
    const [word = '', first = '', ...rest] = code.split(' ');
    const show = (output: OutputMessage) => this.send({ output: { ...output, parentHeader: parent.header } });
    switch (word) {
      case 'print':
        show({ type: 'stream', bundle: { name: 'stdout', text: [first, ...rest].join(' ') } });
        return OK;
      case 'show':
      case 'update': {
        const bundle = { data: { 'text/plain': rest.join(' ') }, transient: { display_id: first } };
        show({ type: word === 'show' ? 'display_data' : 'update_display_data', bundle });
        return OK;
      }
      case 'count':
        this.count += 1;
        return OK;
      case 'raise':
        show({ type: 'execute_error', bundle: { ename: first, evalue: '', traceback: [first] } });
        return failed(first);
      case 'loop':
        await new Promise<void>((resolve) => (this.interrupt = resolve));
        return failed('KeyboardInterrupt');
      case 'deaf':
        return new Promise<ExecuteReply>(() => undefined);
      case 'die':
        this.send({ fatal: 'Python ran out of memory' });
        return new Promise<ExecuteReply>(() => undefined);
      default:
        return failed('SyntaxError', code);
    }
  }

  async complete(content: { code: string; cursor_pos: number }) {
    return { status: 'ok', matches: [`${content.code}_all`], cursor_start: 0, cursor_end: content.cursor_pos, metadata: {} };
  }

  async inspect(content: { code: string }) {
    return { status: 'ok', found: true, data: { 'text/plain': `about ${content.code}` } };
  }
}

class HandWrittenWorker extends EventTarget {
  private readonly inner: MessagePort;
  private readonly outer: MessagePort;

  constructor() {
    super();
    world.workers += 1;
    ({ port1: this.outer, port2: this.inner } = new MessageChannel());
    this.outer.onmessage = ({ data }) => this.dispatchEvent(new MessageEvent('message', { data, cancelable: true }));
    const python = new Python((note) => this.inner.postMessage(note));
    this.inner.addEventListener('message', ({ data }) => python.hear(data as PageMessage));
    expose(python, this.inner);
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.outer.postMessage(message, transfer);
  }

  terminate(): void {
    this.outer.close();
  }
}

const PLUGIN = '@jupyterlite/pyodide-kernel-extension:kernel';
const settings = { pyodideUrl: './pyodide/pyodide.mjs', loadPyodideOptions: { lockFileURL: './lock.json', packages: [] } };

Object.assign(globalThis, {
  Worker: HandWrittenWorker,
  fetch: async () => Response.json({ 'jupyter-config-data': { litePluginSettings: { [PLUGIN]: settings } } }),
});
