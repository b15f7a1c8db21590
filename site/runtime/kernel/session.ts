/** The page's requests to one started Python, and what its runs show. */

import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import { LITE } from './addresses';
import type { CompleteReply, ExecuteReply, InspectReply, OutputMessage, Parent, PythonWorker, Reach, WorkerNote } from './protocol';
import type { KernelSettings } from './types';

export type OutputListener = (message: OutputMessage) => void;

export class Session {
  /** Runs that were counted, as Jupyter counts them. */
  executions = 0;
  #remote: Remote<PythonWorker>;
  #requests = 0;
  /** Kept when a run is done: a display may be updated later, as a drawing is when Graphviz has come. */
  #listeners = new Map<string, OutputListener>();

  constructor(worker: Worker) {
    this.#remote = wrap<PythonWorker>(worker);
    worker.addEventListener('message', ({ data }: MessageEvent<WorkerNote>) => {
      if ('output' in data) this.#listeners.get(data.output.parentHeader?.msg_id)?.(data.output);
    });
  }

  /** Resolves when Python is ready. */
  start(settings: KernelSettings, reach: Reach): Promise<void> {
    const indexUrl = settings.pyodideUrl.slice(0, settings.pyodideUrl.lastIndexOf('/') + 1);
    const options = { pipliteWheelUrl: '', ...settings, indexUrl, reach };
    return this.#remote.initialize({ ...options, baseUrl: LITE.href, location: '', mountDrive: false });
  }

  execute(code: string, listener: OutputListener): Promise<ExecuteReply> {
    const parent = this.#parent();
    this.#listeners.set(parent.header.msg_id, listener);
    return this.#remote.execute({ code, silent: false }, parent);
  }

  executeSilently(code: string, expressions?: Record<string, string>): Promise<ExecuteReply> {
    return this.#remote.execute({ code, silent: true, user_expressions: expressions }, this.#parent());
  }

  complete(code: string, cursor: number): Promise<CompleteReply> {
    return this.#remote.complete({ code, cursor_pos: cursor }, this.#parent());
  }

  inspect(code: string, cursor: number, detail: 0 | 1): Promise<InspectReply> {
    return this.#remote.inspect({ code, cursor_pos: cursor, detail_level: detail }, this.#parent());
  }

  #parent(): Parent {
    this.#requests += 1;
    return { header: { msg_id: String(this.#requests) } };
  }
}
