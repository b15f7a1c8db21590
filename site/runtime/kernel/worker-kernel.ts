/** JupyterLite's Pyodide kernel, on a worker of the page's own. */

import { PyodideKernel } from '@jupyterlite/pyodide-kernel/lib/kernel';
import type { IPyodideWorkerKernel } from '@jupyterlite/pyodide-kernel/lib/tokens';
import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import type { Reach } from './protocol';
import type { KernelSettings } from './types';

/** What this site's worker can do beyond JupyterLite's. */
export interface InterruptibleWorker extends IPyodideWorkerKernel {
  initialize(options: WorkerKernel.WorkerOptions): Promise<void>;
  /** Cancel the cell where it awaits. */
  cancel(): void;
}

export type RemoteWorker = Remote<InterruptibleWorker>;

/** Members that the base class keeps private, and that its `initRemote` sets up. */
interface Internals {
  _worker: Worker;
  _ready: { resolve(): void; reject(reason: unknown): void };
  _processWorkerMessage(message: unknown): void;
}

export class WorkerKernel extends PyodideKernel {
  constructor(options: WorkerKernel.Options) {
    super(options as unknown as PyodideKernel.IOptions);
  }

  /** To take requests, at once: those that need Python wait for it in the worker. */
  override get ready(): Promise<void> {
    return Promise.resolve();
  }

  /** Resolves when Python is ready. */
  get started(): Promise<void> {
    return super.ready;
  }

  get remote(): RemoteWorker {
    return (this as unknown as { _remoteKernel: RemoteWorker })._remoteKernel;
  }

  protected override initWorker(options: PyodideKernel.IOptions): Worker {
    return (options as unknown as WorkerKernel.Options).worker;
  }

  /** Comlink in every page: the base class takes Coincident in an isolated one, and hangs there. */
  protected override initRemote(options: PyodideKernel.IOptions): IPyodideWorkerKernel {
    const internals = this as unknown as Internals;
    if (!internals._worker || !internals._ready || !internals._processWorkerMessage) {
      throw new Error("JupyterLite's PyodideKernel has not the private members that it had: see docs/private-interfaces.md");
    }
    internals._worker.addEventListener('message', ({ data }: MessageEvent) => {
      if (data?._kernelMessage !== undefined) {
        internals._processWorkerMessage(data._kernelMessage);
      }
    });
    const remote = wrap<InterruptibleWorker>(internals._worker);
    remote.initialize(this.initRemoteOptions(options)).then(
      () => internals._ready.resolve(),
      (error: unknown) => internals._ready.reject(error),
    );
    return remote as unknown as IPyodideWorkerKernel;
  }

  protected override initRemoteOptions(options: PyodideKernel.IOptions): WorkerKernel.WorkerOptions {
    const { reach, pipliteUrls } = options as unknown as WorkerKernel.Options;
    return { ...super.initRemoteOptions(options), pipliteUrls, reach };
  }
}

export namespace WorkerKernel {
  export interface Options extends KernelSettings {
    id: string;
    name: string;
    location: string;
    sendMessage: (message: never) => void;
    worker: Worker;
    reach: Reach;
  }

  export interface WorkerOptions extends IPyodideWorkerKernel.IOptions {
    reach: Reach;
  }
}
