/**
 * What the page and the kernel's worker say to each other: requests by Comlink, and events either way.
 *
 * Requests and outputs have the form that JupyterLite's kernel class gives them, as Jupyter's messages do.
 */

import type { IPyodideWorkerKernel } from '@jupyterlite/pyodide-kernel/lib/tokens';
import type { Snapshot } from './snapshot/store';
import type { Progress } from './types';

/**
 * The name of a worker that saves a snapshot of Python for later pages. Its address does not tell: one that a
 * service worker answers for is the answer's.
 */
export const SNAPSHOT_WORKER = 'saves a snapshot of python';

/** What the page asks of the worker's Python. */
export interface PythonWorker {
  /** Resolves when Python is ready. */
  initialize(options: StartOptions): Promise<void>;
  execute(content: ExecuteRequest, parent: Parent): Promise<ExecuteReply>;
  complete(content: { code: string; cursor_pos: number }, parent: Parent): Promise<CompleteReply>;
  inspect(content: { code: string; cursor_pos: number; detail_level: 0 | 1 }, parent: Parent): Promise<InspectReply>;
}

export interface StartOptions extends IPyodideWorkerKernel.IOptions {
  control: ControlUrls;
}

/** Tells outputs whose they are. */
export interface Parent {
  header: { msg_id: string };
}

export interface ExecuteRequest {
  code: string;
  /** Shows nothing and counts nothing. */
  silent: boolean;
  user_expressions?: Record<string, string>;
}

export type ExecuteReply =
  | { status: 'ok'; user_expressions?: Record<string, ExpressionReply> }
  | { status: 'error'; ename: string; evalue: string; traceback: string[] };

export type ExpressionReply = { status: 'ok'; data: Record<string, unknown> } | { status: 'error'; ename: string; evalue: string };

export interface CompleteReply {
  status: string;
  matches: string[];
  cursor_start: number;
  cursor_end: number;
  metadata: Record<string, unknown>;
}

export interface InspectReply {
  status: string;
  found: boolean;
  data: Record<string, unknown>;
}

interface DisplayBundle {
  data: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  transient?: { display_id?: string } | null;
}

/** What a run shows. */
export type OutputMessage =
  | { type: 'stream'; bundle: { name: string; text: string } }
  | { type: 'display_data' | 'update_display_data' | 'execute_result'; bundle: DisplayBundle }
  | { type: 'clear_output'; bundle: { wait?: boolean } }
  | { type: 'execute_error'; bundle: { ename: string; evalue: string; traceback: string[] } };

/** With the header of the request that shows it. */
export type Output = OutputMessage & { parentHeader: Parent['header'] };

/** From the worker, each under its own key so that Comlink's messages are told apart. */
export type WorkerEvent =
  | { progress: Progress }
  | { output: Output }
  /** Python died and cannot go on. */
  | { fatal: string }
  /** The name of the lock that the worker holds for as long as it lives. */
  | { alive: string }
  /** Python waits for a line of text. */
  | { input: { prompt: string; password: boolean } }
  /** Running Python waits, as the page asked, or goes on. */
  | { paused: boolean }
  /** The digest of the snapshot that was saved for the next page, or `false`: the last event of a worker for that. */
  | { snapshotSaved: string | false };

/** To the worker, likewise. */
export type PageMessage =
  /** Whether `snapshot` will come. */
  | { hasSnapshot: boolean }
  /** What an earlier page has saved; `null` when it is not whole. */
  | { snapshot: Snapshot | null }
  /** The page's cells draw graphs: Graphviz is loaded with Python. */
  | { drawsGraphs: true }
  /** The URL that now keeps Python going; the former is revoked. */
  | { interrupted: InterruptUrl }
  /** See `signals/pause.page.ts`. */
  | { pauses: string[] };

/** An object URL that answers for as long as Python is to go on. */
export type InterruptUrl = string;

/** Object URLs by whose absence the page answers a question: see `signals/stdin.page.ts`. */
export interface StdinUrls {
  /** Revoked when the answer is there. */
  ready: string;
  bits: string[];
}

export interface StdinAnswer {
  /** `null`: the question was closed. */
  text: string | null;
  next: StdinUrls;
}

/** What the worker polls while it runs Python. */
export interface ControlUrls {
  interrupt: InterruptUrl;
  stdin: StdinUrls;
  /** See `signals/pause.page.ts`. */
  pauses: string[];
}
