/**
 * What the page and the kernel's worker say to each other: requests by Comlink, and notes either way.
 *
 * Requests and outputs have the form that JupyterLite's kernel class gives them, as Jupyter's messages do.
 */

import type { IPyodideWorkerKernel } from '@jupyterlite/pyodide-kernel/lib/tokens';
import type { Kept } from './memory-store';
import type { Progress } from './types';

/**
 * The name of a worker that keeps the memory of a Python for later pages. Its address does not tell: one that a
 * service worker answers for is the answer's.
 */
export const KEEPS_MEMORY = 'keeps the memory of python';

/** What the page asks of the worker's Python. */
export interface PythonWorker {
  /** Resolves when Python is ready. */
  initialize(options: StartOptions): Promise<void>;
  execute(content: ExecuteRequest, parent: Parent): Promise<ExecuteReply>;
  complete(content: { code: string; cursor_pos: number }, parent: Parent): Promise<CompleteReply>;
  inspect(content: { code: string; cursor_pos: number; detail_level: 0 | 1 }, parent: Parent): Promise<InspectReply>;
}

export interface StartOptions extends IPyodideWorkerKernel.IOptions {
  reach: Reach;
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

export type ExpressionReply = { status: 'ok'; data: Record<string, string> } | { status: 'error'; ename: string; evalue: string };

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
export type WorkerNote =
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
  /** The seal of the memory that was kept for the next page, or `false`: the last word of a worker for that. */
  | { memoryKept: string | false };

/** To the worker, likewise. */
export type PageMessage =
  /** Whether `kept` will come. */
  | { remembers: boolean }
  /** What an earlier page has kept; `null` when it is not whole. */
  | { kept: Kept | null }
  /** The page's cells draw graphs: Graphviz is loaded with Python. */
  | { drawsGraphs: true }
  /** The address that now keeps Python going; the former's is gone. */
  | { interrupted: InterruptionAddress }
  /** See `pausing.ts`. */
  | { pauses: string[] };

/** An address that can be read for as long as Python shall go on. */
export type InterruptionAddress = string;

/** Addresses by whose absence the page answers a question: see `input-line.ts`. */
export interface InputAddresses {
  doorbell: string;
  bits: string[];
}

export interface InputAnswer {
  /** `null`: the question was closed. */
  text: string | null;
  next: InputAddresses;
}

/** What the worker needs to be reached while it runs Python. */
export interface Reach {
  interruption: InterruptionAddress;
  input: InputAddresses;
  /** See `pausing.ts`. */
  pauses: string[];
}
