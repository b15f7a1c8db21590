import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replacement } from '../../site/runtime/cell/patch';
import { difference } from '../../site/runtime/edits/difference';
import { fromFragment, toFragment } from '../../site/runtime/edits/link';
import { withEdits } from '../../site/runtime/edits/notebook';
import { Store } from '../../site/runtime/dom/storage';
import { codePointOffset, utf16Offset } from '../../site/runtime/editor/offsets';

test('code survives its way through a link', async () => {
  const shared = { chapter: 'moons', cells: { a1: 'print("Ωmega 🐍")\n' } };
  assert.deepEqual(await fromFragment(`#${await toFragment(shared)}`), shared);
});

test('a heading in the address is no code', async () => {
  assert.equal(await fromFragment('#learning-rates'), null);
});

test('a link that was cut is refused', async () => {
  const fragment = await toFragment({ chapter: 'moons', cells: { a1: 'x = 1' } });
  await assert.rejects(fromFragment(`#${fragment.slice(0, -8)}`));
});

test('a short link that unpacks to megabytes is refused', async () => {
  const fragment = await toFragment({ chapter: 'moons', cells: { a1: 'x' } });
  assert.ok(fragment.length < 100);
  const bomb = new Blob(['0'.repeat(5_000_000)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const packed = Buffer.from(await new Response(bomb).arrayBuffer()).toString('base64url');
  await assert.rejects(fromFragment(`#code=${packed}`), /longer than/);
});

test('a difference names the lines that went and came', () => {
  assert.deepEqual(
    difference('a\nb\nc', 'a\nB\nc').map(({ sign, text }) => sign + text),
    [' a', '-b', '+B', ' c'],
  );
});

test('a replacement touches only what differs', () => {
  assert.deepEqual(replacement('lr = 0.1  # rate', 'lr = 0.25  # rate'), { from: 7, to: 8, insert: '25' });
  assert.equal(replacement('same', 'same'), null);
});

test("a notebook takes the reader's code into the cell that was edited, not into others of equal text", () => {
  const cell = { id: 'a', cell_type: 'code', source: ['x = 1\n', 'x'], outputs: [{}], execution_count: 3 };
  const others = [
    { ...cell, id: 'b' },
    { id: 'c', cell_type: 'markdown', source: 'x = 1\nx' },
  ];
  const { cells } = withEdits(
    { cells: [cell, ...others] },
    new Map([
      ['a', 'x = 2'],
      ['c', 'y'],
    ]),
  );
  assert.deepEqual(cells, [{ id: 'a', cell_type: 'code', source: 'x = 2', outputs: [], execution_count: null }, ...others]);
});

test("code in a notebook's cell that may fail keeps the line that lets Run All go on", () => {
  const cell = { id: 'a', cell_type: 'code', source: ['%%may_fail\n', 'x = ____'] };
  const { cells } = withEdits({ cells: [cell] }, new Map([['a', 'x = 2']]));
  assert.equal(cells[0]?.source, '%%may_fail\nx = 2');
});

test('a link that no visitor could open is not made', async () => {
  const code = Array.from({ length: 40_000 }, (_, i) => `x${i} = ${i}`).join('\n');
  await assert.rejects(toFragment({ chapter: 'moons', cells: { a: code } }), /too long for a link: \d+ kB.*at most 300 kB/);
});

test('full storage keeps in memory and says so', () => {
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
    removeItem: () => undefined,
  };
  const store = new Store('book:', full);
  store.write('edit', { code: 'x' });
  assert.deepEqual(store.read('edit'), { code: 'x' });
  assert.equal(store.lasting, false);
});

test('Jupyter counts a snake as one character', () => {
  assert.equal(codePointOffset('🐍.x', 3), 2);
  assert.equal(utf16Offset('🐍.x', 2), 3);
});
