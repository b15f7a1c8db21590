/** What the page and its kernel say to each other. */

/** `stopped` is as able to run as `ready`: it tells that the last thing that happened was a Stop. */
export type KernelState = 'not-started' | 'starting' | 'ready' | 'running' | 'stopped' | 'failed';

/** How far a start is; `loaded` and `total` count bytes, where the size is known. */
export interface Progress {
  text: string;
  loaded?: number;
  total?: number;
}

export interface StateDetail {
  progress?: Progress;
  error?: Error;
  /** While `running`: Python waits where it is, as `pause` asked. */
  paused?: boolean;
  /** Why the state changed, as a sentence for the reader. */
  reason?: string;
}

export type StateListener = (state: KernelState, detail?: StateDetail) => void;

export interface ExecuteResult {
  /** `aborted`: the kernel was stopped or restarted before the code had ended. */
  status: 'ok' | 'error' | 'aborted';
  ename?: string;
  evalue?: string;
  traceback?: string[];
  executionCount?: number;
}

export interface ExecuteOptions {
  /** Show nothing and count nothing. */
  silent?: boolean;
  /** Hears the run's number before its outputs: tracebacks name a cell by it. */
  onCount?: (execution: number) => void;
  /** Answers Python's `input()`; rejects when the reader closes the question. */
  onInput?: (prompt: string, password: boolean) => Promise<string>;
}

export interface Completion {
  matches: string[];
  start: number;
  end: number;
  types?: string[];
}

export interface Inspection {
  found: boolean;
  data: Record<string, unknown>;
}

/** Options of JupyterLite's Pyodide kernel, with absolute addresses. */
export interface KernelSettings {
  pyodideUrl: string;
  pipliteUrls: string[];
  pipliteWheelUrl?: string;
  disablePyPIFallback: boolean;
  loadPyodideOptions: { lockFileURL: string; packages: string[] } & Record<string, unknown>;
}
