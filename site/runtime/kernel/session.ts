/** The page's requests to one started Python, and what its runs show. */

import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import { LITE } from './addresses';
import { PacedOutputs } from './paced-outputs';
import type {
  CompleteReply,
  ExecuteReply,
  ExecuteRequest,
  InspectReply,
  OutputMessage,
  Parent,
  PythonWorker,
  ControlUrls,
  WorkerEvent,
} from './protocol';
import type { KernelSettings } from './types';

export type OutputListener = (message: OutputMessage) => void;

export class Session {
  /** Runs that were counted, as Jupyter counts them. */
  executions = 0;
  /** Python's answer to the last run, which may still have outputs to show; never rejects. */
  answered: Promise<unknown> = Promise.resolve();
  #remote: Remote<PythonWorker>;
  #requests = 0;
  /** Kept when a run is done: a display may be updated later, as a drawing is when Graphviz has come. */
  #listeners = new Map<string, OutputListener>();
  #outputs = new PacedOutputs((output) => this.#listeners.get(output.parentHeader?.msg_id)?.(output));

  constructor(worker: Worker) {
    this.#remote = wrap<PythonWorker>(worker);
    worker.addEventListener('message', ({ data }: MessageEvent<WorkerEvent>) => {
      if ('output' in data) this.#outputs.push(data.output);
    });
  }

  /** Resolves when Python is ready. */
  start(settings: KernelSettings, control: ControlUrls): Promise<void> {
    const indexUrl = settings.pyodideUrl.slice(0, settings.pyodideUrl.lastIndexOf('/') + 1);
    const options = { pipliteWheelUrl: '', ...settings, indexUrl, control };
    return this.#remote.initialize({ ...options, baseUrl: LITE.href, location: '', mountDrive: false });
  }

  /** Resolves when all that the run shows is shown. */
  async execute(code: string, listener: OutputListener): Promise<ExecuteReply> {
    const parent = this.#parent();
    this.#listeners.set(parent.header.msg_id, listener);
    this.#outputs.begin();
    const reply = await this.#execute({ code, silent: false }, parent);
    await this.#outputs.drained();
    return reply;
  }

  executeSilently(code: string, expressions?: Record<string, string>): Promise<ExecuteReply> {
    return this.#execute({ code, silent: true, user_expressions: expressions }, this.#parent());
  }

  complete(code: string, cursor: number): Promise<CompleteReply> {
    return this.#remote.complete({ code, cursor_pos: cursor }, this.#parent());
  }

  inspect(code: string, cursor: number, detail: 0 | 1): Promise<InspectReply> {
    return this.#remote.inspect({ code, cursor_pos: cursor, detail_level: detail }, this.#parent());
  }

  #execute(request: ExecuteRequest, parent: Parent): Promise<ExecuteReply> {
    const reply = this.#remote.execute(request, parent);
    this.answered = reply.catch(() => undefined);
    return reply;
  }

  #parent(): Parent {
    this.#requests += 1;
    return { header: { msg_id: String(this.#requests) } };
  }
}
