/** The status line's words. They begin with the state's name, which tests and readers rely on. */

import type { KernelState, StateDetail } from '../kernel/types';

export interface Situation {
  kernel: KernelState;
  detail?: StateDetail | undefined;
  /** What runs or waits for Python, as a sentence's end: `cell 3`, `cell 2 of 7`. */
  activity: string | null;
  /** How the last run ended, a sentence. */
  outcome: string;
}

export interface Status {
  state: KernelState;
  text: string;
  /** Bytes, as `3.2 of 7.1 MB`; apart from the text, since it is not worth announcing. */
  size: string;
  /** 0 to 1, or null where it is not known. */
  fraction: number | null;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

export function describe({ kernel, detail, activity, outcome }: Situation): Status {
  const status = (state: KernelState, text: string): Status => ({ state, text: text.trim(), size: '', fraction: null });
  if (kernel === 'failed') {
    const reason =
      detail?.reason ?? detail?.error?.message ?? 'Python ended without a word. Restart starts it again; your code and the outputs stay.';
    return status('failed', `Failed: ${reason}`);
  }
  if (kernel === 'starting') {
    const { progress } = detail ?? {};
    const made = status('starting', progress?.text ? `Starting: ${progress.text}` : 'Starting Python…');
    if (progress?.loaded !== undefined && progress.total) {
      made.size = `${megabytes(progress.loaded)} of ${megabytes(progress.total)} MB`;
      made.fraction = Math.min(progress.loaded / progress.total, 1);
    }
    return made;
  }
  if (activity !== null) {
    return kernel === 'not-started'
      ? status('starting', 'Starting Python…')
      : status('running', `Running ${activity}${detail?.paused ? ', paused' : ''}`);
  }
  if (kernel === 'not-started') return status('not-started', `Not started. ${outcome || 'Run starts Python.'}`);
  if (kernel === 'running') return status('running', 'Running');
  if (kernel === 'stopped') {
    const reason = detail?.reason ?? outcome;
    return status('stopped', reason.startsWith('Stopped') ? reason : `Stopped. ${reason}`);
  }
  return status('ready', outcome ? `Ready. ${outcome}` : 'Ready');
}
