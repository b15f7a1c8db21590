/**
 * The part of the page's kernel that needs JupyterLab: bundled by itself, loaded at the first sign
 * that a reader will run something.
 */

import { KernelManager, ServerConnection } from '@jupyterlab/services';
import type { Kernel } from '@jupyterlab/services';
import { KernelSpecs, LiteKernelClient } from '@jupyterlite/services';
import { WebSocket } from 'mock-socket';
import type { Reach } from './protocol';
import type { KernelSettings } from './types';
import { WorkerKernel } from './worker-kernel';
import type { RemoteWorker } from './worker-kernel';

const NAME = 'python';

export interface Session {
  readonly connection: Kernel.IKernelConnection;
  readonly remote: RemoteWorker;
}

/**
 * Join JupyterLab's kernel connection to a worker that is already starting.
 *
 * Resolves when Python is ready, rejects with what the worker says when it cannot start. `ended` ends what
 * was joined, also before it is ready.
 */
export async function startSession(worker: Worker, settings: KernelSettings, reach: Reach, ended: AbortSignal): Promise<Session> {
  let kernel: WorkerKernel | undefined;
  const kernelSpecs = new KernelSpecs();
  kernelSpecs.register({
    spec: { name: NAME, display_name: 'Python (Pyodide)', language: 'python', argv: [], resources: {} },
    create: async (options) => {
      kernel = new WorkerKernel({ ...options, ...settings, worker, reach });
      return kernel;
    },
  });
  // The client answers at the address that it computed when it was loaded: nothing goes to a network.
  const wsUrl = LiteKernelClient.WS_BASE_URL;
  const serverSettings = ServerConnection.makeSettings({
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    baseUrl: wsUrl.replace(/^ws/, 'http'),
    wsUrl,
  });
  const kernelAPIClient = new LiteKernelClient({ kernelSpecs, serverSettings });
  ended.throwIfAborted();
  const model = await kernelAPIClient.startNew({ name: NAME });
  const manager = new KernelManager({ serverSettings, kernelAPIClient });
  // While Python starts: it takes several messages.
  const connection = manager.connectTo({ model });
  ended.addEventListener('abort', () => {
    connection.dispose();
    manager.dispose();
    kernel!.dispose();
  });
  await kernel!.started;
  return { connection, remote: kernel!.remote };
}
