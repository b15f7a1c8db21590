import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chapterOf } from '../../site/runtime/blocks/progress';
import { missingPieces, piecesFor, withChapters } from '../../site/runtime/blocks/pieces';
import CASES from '../parameters.json';
import { parseParameters, rewrite } from '../../site/runtime/cell/parameters';
import { fromRepr } from '../../site/runtime/blocks/prediction';
import { judge, readNumber } from '../../site/runtime/blocks/quiz-answers';
import { gradientsAfter, judgeNext, short, turnOf } from '../../site/runtime/blocks/scrubber-walk';
import { scoreAt, unpack, zeroLine } from '../../site/runtime/blocks/training-frames';
import { cellRange, planAll, planRun, planSeries } from '../../site/runtime/run/plan';
import { describe } from '../../site/runtime/run/status';

const CODE =
  'lr = 0.1  # @param {type: "slider", min: 0.001, max: 1, step: 0.001}\nkind = "moons"  # @param ["moons", "circles"]\ndecay = True  # @param {type: "boolean"}';

test('controls are read from the comments', () => {
  assert.deepEqual(parseParameters(CODE), [
    { name: 'lr', line: 0, kind: 'slider', value: 0.1, min: 0.001, max: 1, step: 0.001 },
    { name: 'kind', line: 1, kind: 'choice', value: 'moons', choices: ['moons', 'circles'] },
    { name: 'decay', line: 2, kind: 'boolean', value: true },
  ]);
});

test('a comment is read as the build reads it', () => {
  for (const { code, parameters } of CASES) assert.deepEqual(parseParameters(code), parameters, code);
});

function rewritten(line: number, value: number | string | boolean): string {
  const change = rewrite(CODE, line, value);
  assert.ok(change);
  return (CODE.slice(0, change.from) + change.insert + CODE.slice(change.to)).split('\n')[line]!.split('  #')[0]!;
}

test('a control rewrites its literal and nothing else', () => {
  assert.equal(rewritten(0, 0.25), 'lr = 0.25');
  assert.equal(rewritten(1, 'circles'), 'kind = "circles"');
  assert.equal(rewritten(2, false), 'decay = False');
});

test('every text that is typed is read again from the code', () => {
  const line = 'name = "em"  # @param {type: "string"}';
  for (const value of ['', 'emma', 'a # b', '"', "it's", '\\', '\n', 'é\u{1f600}', '5']) {
    const change = rewrite(line, 0, value);
    assert.ok(change);
    const code = line.slice(0, change.from) + change.insert + line.slice(change.to);
    assert.deepEqual(parseParameters(code), [{ name: 'name', line: 0, kind: 'text', value, max: 200 }]);
  }
});

const cells = [1, 2, 3, 4].map((number) => ({ number, fromLink: number === 2 }));

test('a cell of a fresh Python runs after all those above it', () => {
  assert.deepEqual(
    planRun(cells, cells[2]!, () => false).cells.map(({ number }) => number),
    [1, 2, 3],
  );
});

test('cells that have run are not run again', () => {
  assert.deepEqual(
    planRun(cells, cells[3]!, ({ number }) => number < 3).cells.map(({ number }) => number),
    [3, 4],
  );
});

test("someone else's code is never run along with others", () => {
  assert.equal(planRun(cells, cells[2]!, () => false).blocked, cells[1]);
  assert.equal(planAll(cells).blocked, cells[1]);
  assert.equal(planSeries(cells, [cells[0]!, cells[1]!], () => true).blocked, cells[1]);
  assert.equal(planRun(cells, cells[1]!, () => false).blocked, null);
  assert.equal(planRun(cells, cells[0]!, () => false).blocked, null);
});

test('cells are named in a sentence', () => {
  assert.equal(cellRange([2]), 'cell 2');
  assert.equal(cellRange([1, 2]), 'cells 1 and 2');
  assert.equal(cellRange([1, 2, 3]), 'cells 1 to 3');
  assert.equal(cellRange([1, 3, 5]), 'cells 1, 3 and 5');
});

test('the status begins with the name of the state', () => {
  const quiet = { activity: null, outcome: '' };
  assert.match(describe({ kernel: 'not-started', ...quiet }).text, /^Not started/);
  assert.match(describe({ kernel: 'starting', ...quiet }).text, /^Starting/);
  assert.match(describe({ kernel: 'ready', ...quiet }).text, /^Ready/);
  assert.match(describe({ kernel: 'ready', activity: 'cell 3', outcome: '' }).text, /^Running cell 3/);
  assert.match(describe({ kernel: 'failed', ...quiet }).text, /^Failed/);
  assert.equal(
    describe({ kernel: 'stopped', detail: { reason: 'Stopped. Variables are kept.' }, ...quiet }).text,
    'Stopped. Variables are kept.',
  );
});

test("a Python string's repr is read back", () => {
  assert.equal(fromRepr("'41'"), '41');
  assert.equal(fromRepr('"it\'s"'), "it's");
});

test('gradients of a shared node add up over the steps', () => {
  const step = { node: 'value-1', operand: 'value-0', place: 0, slope: 3, upstream: 1, product: 3, code: '', text: '' };
  const payload = {
    values: [{ name: 'value-0', label: 'a', title: 'a', operation: '', data: 3, steps: [0, 1] }],
    steps: [
      { ...step, before: 0, after: 3 },
      { ...step, before: 3, after: 6 },
    ],
  };
  assert.deepEqual(
    [0, 1, 2].map((count) => gradientsAfter(payload, count).get('value-0')),
    [0, 3, 6],
  );
});

test('the engine says which pieces it lacks', () => {
  assert.equal(withChapters(['value', 'layer', 'network']), 'value (chapter 1), layer, network (chapter 5)');
  assert.deepEqual(
    missingPieces(
      new Map([
        ['value', 'class Value: ...'],
        ['neuron', 'class Neuron: ...'],
      ]),
    ),
    ['operators', 'backward', 'layer', 'network'],
  );
  assert.deepEqual(missingPieces(new Map([['value', 'class Value: ...']]), piecesFor(4)), ['operators', 'backward']);
  assert.deepEqual(
    [3, 4, 5, 6, 9, 10].map((chapter) => piecesFor(chapter).length),
    [0, 3, 0, 6, 6, 0],
  );
});

test('the moments of a training are sums of differences of signed bytes', () => {
  // Of 2 by 2 points: -1, 1, 2, 127 and then 0, -1, -126, -128, in halves.
  const bytes = [255, 1, 2, 127, 1, 254, 128, 1];
  const grids = unpack({
    columns: 2,
    rows: 2,
    units: 2,
    steps: [1, 2],
    loss: [1, 1],
    right: [0, 0],
    scores: btoa(String.fromCharCode(...bytes)),
  });
  assert.deepEqual(
    grids.map(({ scores }) => [...scores]),
    [
      [-0.5, 0.5, 1, 63.5],
      [0, -0.5, -63, -64],
    ],
  );
});

test('the line between the sides crosses the fields where the score is 0', () => {
  // The score x + y - 1.5 at the corners of one field.
  const grid = { columns: 2, rows: 2, scores: Float32Array.from([-1.5, -0.5, -0.5, 0.5]) };
  assert.deepEqual(zeroLine(grid), [
    [
      [1, 0.5],
      [0.5, 1],
    ],
  ]);
  assert.equal(scoreAt(grid, 0.75, 0.75), 0);
  assert.equal(scoreAt(grid, 1, 1), 0.5);
});

test('numbers are as short as the engine writes them in its drawings', () => {
  const cases = [
    [0, '0'],
    [-0, '0'],
    [2, '2'],
    [-1.5, '-1.5'],
    [0.4999999999999998, '0.5'],
    [6.8813735870195432, '6.881'],
    [-0.0040178, '-0.004018'],
    [1200, '1200'],
    [123456, '1.23e5'],
    [1e-17, '1e-17'],
    [9.99999, '10'],
    ['nan', 'nan'],
  ] as const;
  for (const [number, text] of cases) assert.equal(short(number), text);
});

test('a quiz reads numbers as readers write them', () => {
  const cases = [
    ['-1.5', -1.5],
    ['−1.5', -1.5],
    ['1,5', 1.5],
    ['.5', 0.5],
    ['1/2', 0.5],
    ['-3 * 0.5', -1.5],
    ['2*-3', -6],
    ['1e-3', 0.001],
    ['', null],
    ['a', null],
    ['1/0', null],
    ['1 + 1', null],
  ] as const;
  for (const [text, number] of cases) assert.equal(readNumber(text), number, text);
});

test('each answer of a quiz gets its own words, and the right one a proof', () => {
  const box = {
    name: 'value-0',
    title: 'a',
    grad: -1.5,
    slips: [{ value: 1.5, words: 'Only the sign is wrong.' }],
    hint: 'It is the slope times the gradient.',
    proof: 'A nudge shows it.',
  };
  assert.deepEqual(judge(box, '-1.5', 0), { right: true, words: 'A nudge shows it.' });
  assert.deepEqual(judge(box, '-1.501', 3), { right: true, words: 'A nudge shows it.' });
  assert.deepEqual(judge(box, '1.5', 0), { right: false, words: 'Only the sign is wrong.' });
  assert.deepEqual(judge(box, '1.5', 1), { right: false, words: 'Only the sign is wrong. It is the slope times the gradient.' });
  assert.deepEqual(judge(box, '7', 0), { right: false, words: 'It is the slope times the gradient.' });
  assert.match(judge(box, 'w1', 0).words, /^w1 is no number\. Write one such as -1\.5/);
});

test('a guess which node comes next is answered', () => {
  // b = a + a; c = b + b
  const values = ['a', 'b', 'c'].map((title, i) => ({
    name: `value-${i}`,
    label: title,
    title,
    operation: i ? '+' : '',
    data: 1,
    steps: [],
  }));
  const step = (node: number, operand: number, place: number) => ({
    node: `value-${node}`,
    operand: `value-${operand}`,
    place,
    slope: 1,
    upstream: 1,
    product: 1,
    before: 0,
    after: 1,
    code: '',
    text: '',
  });
  const payload = {
    version: 2 as const,
    values,
    ways: [],
    steps: [step(2, 2, -1), step(2, 1, 0), step(2, 1, 1), step(1, 0, 0), step(1, 0, 1)],
  };
  assert.equal(judgeNext(payload, 0, 'value-2'), null);
  assert.match(judgeNext(payload, 0, 'value-1')!, /begins at the root/);
  assert.match(judgeNext(payload, 0, 'value-0')!, /^a is a leaf/);
  assert.match(judgeNext(payload, 2, 'value-1')!, /^b has 1 of its 2 shares: it waits/);
  assert.match(judgeNext(payload, 3, 'value-2')!, /^c has handed on its gradient already/);
  assert.equal(judgeNext(payload, 3, 'value-1'), null);
  assert.deepEqual(
    [0, 1, 3].map((count) => turnOf(payload, count)),
    [1, 2, 2],
  );
});

test('a link of the navigation names its chapter, below any path', () => {
  const site = new URL('https://host.example/any/moons/');
  const chapters = {
    'https://host.example/any/moons/losses/': 'losses',
    'https://host.example/any/moons/losses/index.html': 'losses',
    'https://host.example/any/moons/losses/#hinge': '',
    'https://host.example/any/moons/': '',
    'https://other.example/losses/': '',
  };
  for (const [href, chapter] of Object.entries(chapters)) assert.equal(chapterOf({ href }, site), chapter, href);
});
