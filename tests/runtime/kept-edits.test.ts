import './browser';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Cell } from '../../site/runtime/cell/cell';
import { Store } from '../../site/runtime/dom/storage';
import { KeptEdits } from '../../site/runtime/edits/kept-edits';
import { toFragment } from '../../site/runtime/edits/link';

const PREFIX = 'book:/';

class Visit {
  readonly cells: Cell[];
  readonly warnings: string[] = [];
  readonly said: string[] = [];
  readonly edits: KeptEdits;
  private readonly leaving = new AbortController();

  constructor(codes: string[], area: Storage | null = localStorage) {
    document.body.innerHTML = codes
      .map(
        (code, index) => `<div class="live-cell" data-cell="${index + 1}" data-id="cell-${index + 1}">
          <div class="live-source"><pre><code>${code}</code></pre></div><div class="live-output"></div></div>`,
      )
      .join('');
    const host = {
      help: { complete: async () => null, inspect: async () => null },
      run() {},
      copyLink() {},
      changed: (cell: Cell) => this.edits.changed(cell),
    };
    const elements = [...document.querySelectorAll<HTMLElement>('.live-cell')];
    this.cells = elements.map((element) => new Cell(element, host, this.leaving.signal));
    this.edits = new KeptEdits(
      'moons',
      this.cells,
      new Store(PREFIX, area),
      (text) => this.said.push(text),
      (text) => this.warnings.push(text),
    );
  }

  async open(hash = ''): Promise<this> {
    await this.edits.open(hash, this.leaving.signal);
    return this;
  }

  get codes(): string[] {
    return this.cells.map(({ code }) => code);
  }

  press(name: RegExp): void {
    const found = [...document.querySelectorAll('button')].find((button) => name.test(button.getAttribute('aria-label') ?? ''));
    assert.ok(found, `no button ${name}`);
    found.click();
  }

  close(): void {
    this.leaving.abort();
  }
}

let visits: Visit[] = [];

function visit(codes: string[], area?: Storage | null): Visit {
  const made = new Visit(codes, area);
  visits.push(made);
  return made;
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  for (const made of visits) made.close();
  visits = [];
});

test('an edit is there at the next visit, until it is taken back', async () => {
  const first = await visit(['a = 1', 'b = 2']).open();
  first.cells[1]!.code = 'b = 3';
  assert.deepEqual((await visit(['a = 1', 'b = 2']).open()).codes, ['a = 1', 'b = 3']);
  first.edits.reset();
  assert.deepEqual(first.codes, ['a = 1', 'b = 2']);
  assert.deepEqual((await visit(['a = 1', 'b = 2']).open()).codes, ['a = 1', 'b = 2']);
  assert.equal(localStorage.length, 0);
});

test('an edit of code that the chapter has changed is shown with both ways out', async () => {
  (await visit(['a = 1']).open()).cells[0]!.code = 'a = 7';
  const again = await visit(['a = 2']).open();
  assert.deepEqual(again.codes, ['a = 7']);
  assert.match(document.body.textContent ?? '', /The chapter's code has changed/);
  again.press(/^Take the new version of cell 1/);
  assert.deepEqual(again.codes, ['a = 2']);
  assert.equal(document.querySelector('.live-notice'), null);
  assert.deepEqual((await visit(['a = 2']).open()).codes, ['a = 2']);
});

test('code from a link is marked, and the own is kept beside it', async () => {
  (await visit(['a = 1']).open()).cells[0]!.code = 'a = 7';
  const hash = `#${(await toFragment({ chapter: 'moons', cells: { 'cell-1': 'a = 9' } })).replace(/^#/, '')}`;
  const guest = await visit(['a = 1']).open(hash);
  assert.deepEqual(guest.codes, ['a = 9']);
  assert.equal(guest.cells[0]!.fromLink, true);
  guest.cells[0]!.code = 'a = 10';
  assert.deepEqual((await visit(['a = 1']).open()).codes, ['a = 7'], 'a change of foreign code is not kept');
  const other = await visit(['a = 1']).open(hash);
  other.press(/^Back to my code in cell 1/);
  assert.deepEqual(other.codes, ['a = 7']);
  assert.equal(other.cells[0]!.fromLink, false);
  const taken = await visit(['a = 1']).open(hash);
  taken.press(/^Keep it as mine in cell 1/);
  assert.equal(taken.cells[0]!.fromLink, false);
  assert.deepEqual((await visit(['a = 1']).open()).codes, ['a = 9']);
});

test('a link that cannot be read, or is of another chapter, says so and shows nothing of it', async () => {
  const hash = await toFragment({ chapter: 'losses', cells: { 'cell-1': 'a = 9' } });
  const other = await visit(['a = 1']).open(`#${hash.replace(/^#/, '')}`);
  assert.deepEqual(other.codes, ['a = 1']);
  assert.match(other.warnings.join(), /not in this chapter/);
  const cut = await visit(['a = 1']).open(`#${hash.replace(/^#/, '').slice(0, -9)}`);
  assert.deepEqual(cut.codes, ['a = 1']);
  assert.match(cut.warnings.join(), /could not be read/);
});

test('what another tab has written comes in, where the reader is not', async () => {
  const here = await visit(['a = 1']).open();
  const key = `${PREFIX}edit:moons:cell-1`;
  localStorage.setItem(key, JSON.stringify({ code: 'a = 5', base: 'a = 1' }));
  dispatchEvent(new StorageEvent('storage', { key }));
  assert.deepEqual(here.codes, ['a = 5']);
});

test('where nothing is kept, it says so once', async () => {
  const here = await visit(['a = 1'], null).open();
  here.cells[0]!.code = 'a = 2';
  here.cells[0]!.code = 'a = 3';
  assert.equal(here.warnings.length, 1);
  assert.match(here.warnings[0]!, /they last until you leave the page/);
});
