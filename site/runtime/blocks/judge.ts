/** Asks Python to judge an answer to an exercise; loaded at the first check. */

import type { ExecuteResult } from '../kernel/types';
import { errorName } from '../output/error-name';
import PYTHON from './exercise_check.py';

/** One sentence of a verdict, and whether it says that something is right. */
export interface VerdictLine {
  right: boolean;
  text: string;
}

export interface Verdict {
  passed: boolean;
  lines: VerdictLine[];
  /** The answer raised an error or cannot be read. */
  failed: boolean;
}

/** Judges `source` by `check`, both Python, in a namespace that is not the page's; `null` when it was stopped. */
export async function judge(source: string, check: string, runSilently: (code: string) => Promise<ExecuteResult>): Promise<Verdict | null> {
  // JSON's strings are Python's as well; the names stay in a dictionary of their own. `exec` and `compile` may be names of the reader's by now.
  const names = '{"__name__": "exercise_check"}, __import__("builtins")';
  const code = `(lambda names, builtins: (builtins.exec(builtins.compile(${JSON.stringify(PYTHON)}, "exercise_check.py", "exec"), names), names["tell"](${JSON.stringify(source)}, ${JSON.stringify(check)})))(${names})`;
  const result = await runSilently(code);
  if (result.status === 'ok') return { passed: true, lines: [], failed: false };
  const name = errorName(result.ename ?? '');
  if (result.status === 'aborted' || name === 'KeyboardInterrupt') return null;
  if (name.split('.').at(-1) !== 'Verdict') {
    return {
      passed: false,
      lines: [
        { right: false, text: `The check itself failed (${name}: ${result.evalue ?? ''}). This is a mistake of the book, not yours.` },
      ],
      failed: true,
    };
  }
  const { lines, error } = JSON.parse(result.evalue ?? '') as { lines: [boolean, string][]; error: boolean };
  return { passed: false, lines: lines.map(([right, text]) => ({ right, text })), failed: error };
}
