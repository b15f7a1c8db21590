import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Picture, History, fillPicture, lineAt, styleOf } from '../../site/runtime/playground/drawing';
import { CHALLENGES } from '../../site/runtime/playground/challenges';
import { ailment, firstParameter, readFrame, readStart, weightName } from '../../site/runtime/playground/frames';
import {
  featureLabel,
  paintedPoints,
  readSettings,
  writePoints,
  splitList,
  withoutControl,
  writeSetting,
} from '../../site/runtime/playground/program';

const CODE = /```python\n([\s\S]*?)```/.exec(readFileSync('content/playground.md', 'utf8'))![1]!;

test("every control finds its number in the page's program", () => {
  const settings = readSettings(CODE);
  assert.deepEqual(withoutControl(settings), []);
  assert.deepEqual(
    [
      settings.data,
      settings.count,
      settings.share,
      settings.batch,
      settings.features,
      settings.hidden,
      settings.activation,
      settings.optimizer,
      settings.rate,
      settings.penalty,
    ],
    ['circles', 200, 50, 10, ['x1', 'x2'], [4, 2], 'tanh', 'SGD', 0.03, 'none'],
  );
});

test('a control rewrites its own place and nothing else', () => {
  const cases = [
    ['noise', 0.25, 'noise=0.1', 'noise=0.25'],
    ['share', 70, 'training = 50', 'training = 70'],
    ['batch', 4, 'batch_size = 10', 'batch_size = 4'],
    ['hidden', [8, 8, 8], '[4, 2, 1]', '[8, 8, 8, 1]'],
    ['hidden', [], '[4, 2, 1]', '[1]'],
    ['start', '0.1', 'weights = model.parameters()\n', 'weights = model.parameters()\nfor weight in weights:\n    weight.data *= 0.1\n'],
    ['activation', 'relu', 'activation="tanh"', 'activation="relu"'],
    ['rate', 0.003, 'lr=0.03', 'lr=0.003'],
    ['optimizer', 'momentum', 'optim.SGD(weights, lr=0.03)', 'optim.SGD(weights, lr=0.03, momentum=0.9)'],
    ['optimizer', 'Adam', 'optim.SGD(weights, lr=0.03)', 'optim.Adam(weights, lr=0.03)'],
    ['penalty', 'L2', 'compile(loss, weights)', 'compile(lambda examples: loss(examples) + 0.001 * sum(w * w for w in weights), weights)'],
    ['penalty', 'L1', 'compile(loss, weights)', 'compile(lambda examples: loss(examples) + 0.001 * sum(abs(w) for w in weights), weights)'],
  ] as const;
  for (const [name, value, before, after] of cases) {
    const code = writeSetting(CODE, name, value as never);
    assert.equal(code, CODE.replace(before, after));
    assert.deepEqual(readSettings(code)[name], value);
  }
});

test('features change the number of inputs, and a regression its output', () => {
  const more = writeSetting(CODE, 'features', ['x1', 'x2', 'x1 * x2', 'math.sin(4 * x1)']);
  assert.match(more, /return \[x1, x2, x1 \* x2, math\.sin\(4 \* x1\)\]/);
  assert.match(more, /MLP\(4, /);
  const plane = writeSetting(CODE, 'data', 'plane');
  assert.match(plane, /datasets\.plane\(200, .*output="linear"/s);
  assert.equal(writeSetting(plane, 'data', 'circles'), CODE);
});

test('a way back by the same controls ends in the same code', () => {
  let code = CODE;
  for (const [name, value] of [
    ['penalty', 'L1'],
    ['penaltyRate', 0.1],
    ['optimizer', 'Adam'],
    ['rate', 1],
    ['rate', 0.03],
    ['optimizer', 'SGD'],
    ['penalty', 'none'],
  ] as const) {
    code = writeSetting(code, name, value as never);
    assert.equal(readSettings(code)[name], value);
  }
  assert.equal(code, CODE);
});

test('code that goes its own way is left alone, and named', () => {
  const own = CODE.replace('lr=0.03', 'lr=optim.cosine(0.03, 1000)').replace(
    'xs, ys = datasets.circles(200, noise=0.1, seed=0)',
    'xs, ys = my_points()',
  );
  assert.deepEqual(withoutControl(readSettings(own)), ['the data', 'the optimizer']);
  assert.equal(writeSetting(own, 'rate', 1), own);
  assert.equal(writeSetting(own, 'noise', 0.2), own);
});

test('a list is divided outside of its brackets', () => {
  assert.deepEqual(splitList('x1, max(x1, x2), [x1, x2][0]'), ['x1', 'max(x1, x2)', '[x1, x2][0]']);
  assert.deepEqual(splitList(' '), []);
});

test('a feature has a short name', () => {
  assert.deepEqual(['x1 * x1', 'x1 * x2', 'math.sin(4 * x2)'].map(featureLabel), ['x₁²', 'x₁\u202fx₂', 'sin(4\u202fx₂)']);
});

const LAYOUT = {
  inputs: 2,
  layers: [['tanh', 'relu'], ['tanh']],
  points: [],
  training: 1,
  range: [-1, 1] as [number, number],
  side: 2,
  features: new Float32Array(8),
};

test("a neuron's parameters stand behind those of the neurons before it", () => {
  assert.deepEqual(
    [
      [0, 0],
      [0, 1],
      [1, 0],
    ].map(([layer, neuron]) => firstParameter(LAYOUT, layer!, neuron!)),
    [0, 3, 6],
  );
  assert.equal(weightName({ layer: 1, neuron: 0, input: 1 }), 'model.layers[1].neurons[0].w[1]');
  assert.equal(weightName({ layer: 0, neuron: 1, input: 'bias' }), 'model.layers[0].neurons[1].b');
});

test('what Python sends is read to the last bit, and what the build keeps as colours', () => {
  const base64 = (array: ArrayBufferView): string => Buffer.from(array.buffer).toString('base64');
  const frame = {
    epoch: 3,
    steps: 30,
    train: 0.25,
    test: 'nan',
    parameters: base64(Float64Array.of(0.1, -1 / 3)),
    gradients: base64(Float64Array.of(0, 1)),
    pictures: base64(Int8Array.of(127, -127, 0, 64)),
    bytes: true,
  };
  const read = readStart(JSON.stringify({ ...LAYOUT, features: base64(Int8Array.of(127, 0)), frame }));
  assert.deepEqual([...read.frame.parameters], [0.1, -1 / 3]);
  assert.ok(Number.isNaN(read.frame.test));
  assert.deepEqual(
    [...read.frame.pictures].map((value) => Math.round(value * 127)),
    [127, -127, 0, 64],
  );
  assert.deepEqual([...read.layout.features], [1, 0]);
});

test("numbers are read where the answer's bytes have them", () => {
  const bytes = new Uint8Array(24);
  new Float64Array(bytes.buffer).set([0.1, -1 / 3]);
  new Float32Array(bytes.buffer, 16).set([0.5, -0.25]);
  const sent = {
    ...{ epoch: 3, steps: 30, train: 0.25, test: 'inf' },
    ...{ parameters: ['d', 0, 1], gradients: ['d', 8, 1], pictures: ['f', 16, 2] },
  };
  const frame = readFrame({ json: JSON.stringify(sent), bytes });
  assert.deepEqual([...frame.parameters, ...frame.gradients, ...frame.pictures], [0.1, -1 / 3, 0.5, -0.25]);
  assert.equal(frame.test, Infinity);
});

test('dead relus and saturated tanhs are told by their outputs', () => {
  assert.equal(ailment('relu', Float32Array.of(0, 1, 0, 2), 2, 0), 'dead');
  assert.equal(ailment('relu', Float32Array.of(0, 1, 0, 2), 2, 1), null);
  assert.equal(ailment('tanh', Float32Array.of(1, -0.99), 1, 0), 'saturated');
  assert.equal(ailment('tanh', Float32Array.of(1, 0.3), 1, 0), null);
  assert.equal(ailment('linear', Float32Array.of(0, 0), 1, 0), null);
});

test('the lowest row of the numbers is the lowest of the picture', () => {
  const scale = Uint32Array.from({ length: 256 }, (_, i) => i);
  const pixels = new Uint32Array(4);
  fillPicture(pixels, Float32Array.of(-1, 1, 0.2, NaN), 2, 1, 0, scale, false);
  assert.deepEqual([...pixels], [153, 128, 0, 255]);
  fillPicture(pixels, Float32Array.of(-5, 5, 0.2, -0.2), 2, 1, 0, scale, true);
  assert.deepEqual([...pixels], [255, 0, 0, 255]);
  assert.ok(Picture);
});

test('a line is found near its place and not far from it', () => {
  const lines = [
    { from: [0, 0] as const, to: [100, 100] as const, weight: 1 },
    { from: [0, 100] as const, to: [100, 100] as const, weight: 1 },
  ];
  assert.equal(lineAt(lines, 50, 52), 0);
  assert.equal(lineAt(lines, 20, 98), 1);
  assert.equal(lineAt(lines, 50, 80), null);
});

test('a long history keeps its first and its newest losses', () => {
  const history = new History();
  for (let i = 0; i < 5000; i++) history.add(2 * i, i, -i);
  assert.equal(history.train[0], 0);
  assert.ok(history.train.length < 600);
  assert.ok(history.train.at(-1)! > 4980);
  assert.deepEqual(
    history.epochs,
    history.train.map((value) => 2 * value),
  );
  assert.deepEqual(
    history.test,
    history.train.map((value) => -value),
  );
});

test('painted points stand in the code and can be added to', () => {
  const painted = writeSetting(CODE, 'data', 'painted');
  assert.equal(readSettings(painted).data, 'painted');
  assert.equal(readSettings(painted).noise, null);
  const points = paintedPoints(painted)!;
  const more = writePoints(painted, [...points, [0.25, -1, 1]]);
  assert.deepEqual(paintedPoints(more), [...points, [0.25, -1, 1]]);
  assert.equal(writeSetting(more, 'data', 'circles'), CODE);
  assert.equal(paintedPoints(CODE), null);
});

test('a challenge is met by its settings and losses together', () => {
  const frame = { epoch: 100, train: 0.01, test: 0.01 };
  const xor = readSettings(writeSetting(writeSetting(CODE, 'data', 'xor'), 'hidden', []));
  const [, straight] = CHALLENGES;
  assert.ok(straight!.met(xor, frame));
  assert.ok(!straight!.met(xor, { ...frame, test: 0.7 }));
  assert.ok(!straight!.met(readSettings(CODE), frame));
  assert.equal(new Set(CHALLENGES.map(({ text }) => text)).size, CHALLENGES.length);
});

test('weights a little apart are drawn in one style, and of another sign in another', () => {
  assert.equal(styleOf(0.52), styleOf(0.54));
  assert.notEqual(styleOf(0.52), styleOf(0.64));
  assert.notEqual(styleOf(0.02), styleOf(-0.02));
  assert.ok(styleOf(-0.001) < 0 && styleOf(0) >= 0);
  // Wider than its place a line does not become.
  assert.equal(styleOf(5), styleOf(1e9));
  assert.ok(Number.isInteger(styleOf(NaN)));
});
