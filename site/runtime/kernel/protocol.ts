/** Messages between the page and the kernel's worker, beside those of JupyterLite's own classes. */

import type { Kept } from './memory-store';
import type { Progress } from './types';

/**
 * The name of a worker that keeps the memory of a Python for later pages. Its address does not tell: one that a
 * service worker answers for is the answer's.
 */
export const KEEPS_MEMORY = 'keeps the memory of python';

/** From the worker, each under its own key so that Comlink's messages are told apart. */
export interface WorkerNote {
  progress?: Progress;
  /** Python died and cannot go on. */
  fatal?: string;
  /** The name of the lock that the worker holds for as long as it lives. */
  alive?: string;
  /** Python waits for a line of text. */
  input?: { prompt: string; password: boolean };
  /** Running Python waits, as the page asked, or goes on. */
  paused?: boolean;
  /** The seal of the memory that was kept for the next page, or `false`: the last word of a worker for that. */
  memoryKept?: string | false;
}

/** To the worker, likewise. */
export interface PageMessage {
  /** Whether `kept` will come. */
  remembers?: boolean;
  /** What an earlier page has kept; `null` when it is not whole. */
  kept?: Kept | null;
  /** The address that now keeps Python going; the former's is gone. */
  interrupted?: InterruptionAddress;
  /** See `pausing.ts`. */
  pauses?: string[];
}

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
