/** Colours of terminal text (SGR sequences), under the class names that nbconvert uses. */

export interface Segment {
  text: string;
  /** Such as `ansi-red-fg ansi-bold`; empty for plain text. */
  classes: string;
}

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
// Any control sequence, and the two-byte escapes; only those that end in `m` colour.
const ESCAPE = /\x1b(?:\[([0-9;:?]*)([@-~])|[@-Z\\^_])/g;

interface Look {
  foreground: string;
  background: string;
  bold: boolean;
  italic: boolean;
  underline: boolean;
  inverse: boolean;
}

const PLAIN: Look = { foreground: '', background: '', bold: false, italic: false, underline: false, inverse: false };

/** The named colour nearest to what a program asked for: those names have contrast in both themes. */
function nearestName(red: number, green: number, blue: number): string {
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  if (spread < 40) return most < 128 ? 'black' : 'white';
  const strong = (part: number): boolean => part > most - spread / 2;
  return NAMES[Number(strong(red)) + 2 * Number(strong(green)) + 4 * Number(strong(blue))]!;
}

function paletteColour(index: number): string {
  if (index < 8) return NAMES[index]!;
  if (index < 16) return `${NAMES[index - 8]!}-intense`;
  if (index >= 232) return index < 244 ? 'black' : 'white';
  const cube = index - 16;
  const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
  return nearestName(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

function extendedColour(codes: number[]): string {
  const kind = codes.shift();
  if (kind === 5) return paletteColour(Math.min(codes.shift() ?? 0, 255));
  if (kind !== 2) return '';
  const [red = 0, green = 0, blue = 0] = codes.splice(0, 3);
  return nearestName(red, green, blue);
}

function changed(look: Look, parameters: string): Look {
  const codes = parameters.split(/[;:]/).map(Number);
  let next = { ...look };
  for (let code = codes.shift(); code !== undefined; code = codes.shift()) {
    if (code === 0) next = { ...PLAIN };
    else if (code === 1) next.bold = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 7) next.inverse = true;
    else if (code === 22) next.bold = false;
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code === 27) next.inverse = false;
    else if (code >= 30 && code <= 37) next.foreground = NAMES[code - 30]!;
    else if (code === 38) next.foreground = extendedColour(codes);
    else if (code === 39) next.foreground = '';
    else if (code >= 40 && code <= 47) next.background = NAMES[code - 40]!;
    else if (code === 48) next.background = extendedColour(codes);
    else if (code === 49) next.background = '';
    else if (code >= 90 && code <= 97) next.foreground = `${NAMES[code - 90]!}-intense`;
    else if (code >= 100 && code <= 107) next.background = `${NAMES[code - 100]!}-intense`;
  }
  return next;
}

function segment(text: string, look: Look): Segment {
  const classes: string[] = [];
  if (look.foreground) classes.push(`ansi-${look.foreground}-fg`);
  if (look.background) classes.push(`ansi-${look.background}-bg`);
  if (look.bold) classes.push('ansi-bold');
  if (look.italic) classes.push('ansi-italic');
  if (look.underline) classes.push('ansi-underline');
  if (look.inverse) classes.push('ansi-inverse');
  return { text, classes: classes.join(' ') };
}

/** Reads terminal text piece by piece: a colour that is open at a piece's end goes on in the next. */
export class AnsiReader {
  constructor(private look: Look = PLAIN) {}

  /** A reader that goes on from here, and leaves this one where it is. */
  copy(): AnsiReader {
    return new AnsiReader(this.look);
  }

  read(text: string): Segment[] {
    const segments: Segment[] = [];
    let end = 0;
    for (const match of text.matchAll(ESCAPE)) {
      if (match.index > end) segments.push(segment(text.slice(end, match.index), this.look));
      if (match[2] === 'm') this.look = changed(this.look, match[1] ?? '');
      end = match.index + match[0].length;
    }
    if (end < text.length) segments.push(segment(text.slice(end), this.look));
    return segments;
  }
}

export function withoutAnsi(text: string): string {
  return text.replace(ESCAPE, '');
}

/** The segments as nodes; text is never parsed as HTML. */
export function ansiNodes(segments: Segment[]): Node[] {
  return segments.map(({ text, classes }) => {
    if (!classes) return document.createTextNode(text);
    const span = document.createElement('span');
    span.className = classes;
    span.textContent = text;
    return span;
  });
}
