/** The text of one output stream as a terminal shows it, within a limit. */

/** Characters that are shown from the beginning of a stream, and from its end when it is longer. */
export const HEAD_LIMIT = 100_000;
export const TAIL_LIMIT = 4_000;

export interface StreamUpdate {
  /** Whole lines that are new since the last update. */
  lines: string;
  /** The line that is not finished yet, which a carriage return may still overwrite. */
  unfinished: string;
  /** How many characters between the head and `tail` are not shown. */
  dropped: number;
  tail: string;
}

/** Stands between the beginning and the end of a stream that is shown in part. */
export function omissionWords(dropped: number): string {
  return dropped ? `\n… ${dropped.toLocaleString('en')} characters are not shown …\n` : '';
}

/** Carriage returns and backspaces applied to one line. */
function overwritten(line: string): string {
  let shown = line;
  if (shown.includes('\r')) {
    // What follows a carriage return is written over what stood there, character by character.
    shown = shown.split('\r').reduce((below, above) => (above.length < below.length ? above + below.slice(above.length) : above));
  }
  while (/[^\b]\x08/.test(shown)) shown = shown.replace(/[^\x08]\x08/g, '');
  return shown.replaceAll('\b', '');
}

export class StreamText {
  private fresh = '';
  private unfinished = '';
  private headLength = 0;
  private dropped = 0;
  private tail = '';

  write(text: string): void {
    const room = HEAD_LIMIT - this.headLength;
    if (room > 0) this.writeHead(text.slice(0, room));
    if (text.length > room) {
      const rest = this.tail + text.slice(Math.max(room, 0));
      this.tail = rest.slice(-TAIL_LIMIT);
      this.dropped += rest.length - this.tail.length;
    }
  }

  private writeHead(text: string): void {
    this.headLength += text.length;
    const pending = this.unfinished + text.replaceAll('\r\n', '\n');
    const end = pending.lastIndexOf('\n') + 1;
    this.fresh += pending.slice(0, end).split('\n').map(overwritten).join('\n');
    this.unfinished = pending.slice(end);
    // A progress bar redraws one line for ever: keep what is visible of it, and count only that.
    if (this.unfinished.includes('\r')) {
      const last = this.unfinished.lastIndexOf('\r');
      const visible = overwritten(this.unfinished.slice(0, last));
      this.headLength -= last - visible.length;
      this.unfinished = visible + this.unfinished.slice(last);
    }
  }

  update(): StreamUpdate {
    const { dropped, tail } = this;
    const lines = this.fresh;
    this.fresh = '';
    return { lines, unfinished: overwritten(this.unfinished), dropped, tail };
  }
}
