/** The GPT of the front page: chapter 14's, with the weights that the build trained. */

type Vector = readonly number[];
type Table = readonly Vector[];

export interface Gpt {
  letters: string;
  heads: number;
  /** The most tokens that it reads. */
  positions: number;
  tables: Readonly<Record<'token' | 'position' | 'query' | 'key' | 'value' | 'join' | 'up' | 'down' | 'out', Table>>;
}

const ROWS = 5;

function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, number, i) => sum + number * b[i]!, 0);
}

function linear(x: Vector, table: Table): number[] {
  return table.map((row) => dot(row, x));
}

function add(x: Vector, y: Vector): number[] {
  return x.map((number, i) => number + y[i]!);
}

function rmsNorm(x: Vector): number[] {
  const scale = (dot(x, x) / x.length + 1e-5) ** -0.5;
  return x.map((number) => number * scale);
}

export function softmax(scores: Vector): number[] {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** The scores of the token that follows: one for each letter. */
export function scoresAfter(tokens: readonly number[], { heads, tables }: Gpt): number[] {
  const xs = tokens.map((token, i) => rmsNorm(add(tables.token[token]!, tables.position[i]!)));
  const normed = xs.map(rmsNorm);
  const keys = normed.map((x) => linear(x, tables.key));
  const values = normed.map((x) => linear(x, tables.value));
  const query = linear(normed.at(-1)!, tables.query);
  const size = query.length / heads;
  const found: number[] = [];
  for (let start = 0; start < query.length; start += size) {
    const part = query.slice(start, start + size);
    const weights = softmax(keys.map((key) => dot(part, key.slice(start, start + size)) / Math.sqrt(size)));
    for (let c = start; c < start + size; c++) {
      found.push(
        dot(
          weights,
          values.map((value) => value[c]!),
        ),
      );
    }
  }
  const x = add(xs.at(-1)!, linear(found, tables.join));
  const hidden = linear(rmsNorm(x), tables.up).map((number) => Math.max(0, number));
  return linear(add(x, linear(hidden, tables.down)), tables.out);
}

interface Row {
  letter: string;
  chance: number;
  /** The name when the likeliest letter is taken from there on. */
  name: string;
}

/** The likeliest next letters after a beginning, the likeliest first. */
export function rowsAfter(beginning: string, gpt: Gpt): Row[] {
  const tokens = [...`.${beginning}`].map((letter) => gpt.letters.indexOf(letter));
  const chances = softmax(scoresAfter(tokens, gpt));
  const order = [...chances.keys()].sort((a, b) => chances[b]! - chances[a]!);
  return order.slice(0, ROWS).map((token) => {
    const name = [...tokens, token];
    while (name.at(-1) !== 0 && name.length < gpt.positions) {
      const scores = scoresAfter(name, gpt);
      name.push(scores.indexOf(Math.max(...scores)));
    }
    const written = name.slice(1).map((each) => gpt.letters[each]!);
    return { letter: gpt.letters[token]!, chance: chances[token]!, name: written.join('').replace('.', '') };
  });
}

/** What of a text the model can read: small letters from a to z, without accents. */
function readable(text: string, gpt: Gpt): string {
  const letters = [...text.normalize('NFD').toLowerCase()].filter((letter) => letter !== '.' && gpt.letters.includes(letter));
  return letters.slice(0, gpt.positions - 1).join('');
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function rowElement({ letter, chance, name }: Row): HTMLElement {
  const heading = element('th', letter === '.' ? 'end' : letter);
  heading.setAttribute('scope', 'row');
  const bar = element('span', '');
  bar.className = 'next-letter-bar';
  bar.style.setProperty('--chance', chance.toFixed(4));
  const likely = element('td', '');
  likely.append(bar, `${Math.round(100 * chance)}%`);
  const row = element('tr', '');
  row.append(heading, likely, element('td', name));
  return row;
}

/** Has the field answered while it is typed in, and answers what stands there. */
export function open(widget: HTMLElement, gpt: Gpt): void {
  const field = widget.querySelector('input')!;
  const words = widget.querySelector('.next-letter-words')!;
  const body = widget.querySelector('tbody')!;
  const answer = () => {
    const beginning = readable(field.value, gpt);
    const rows = rowsAfter(beginning, gpt);
    body.replaceChildren(...rows.map(rowElement));
    const name = element('b', rows[0]!.name);
    name.translate = false;
    const typed = field.value
      .trim()
      .normalize('NFD')
      .replace(/\p{Mark}/gu, '')
      .toLowerCase();
    words.replaceChildren(
      'Likeliest: ',
      name,
      ...(typed === beginning ? [] : [`, after ${beginning || 'nothing'}: it knows the letters a to z only`]),
    );
  };
  field.addEventListener('input', answer);
  answer();
}
