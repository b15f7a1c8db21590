import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPixels, writePixels } from '../../site/runtime/blocks/pixels-in-code';
import { erased, extended, pixelsOf } from '../../site/runtime/blocks/strokes';
import type { Point, Stroke } from '../../site/runtime/blocks/strokes';

const line = (...points: Point[]): Stroke => points.reduce<Stroke>((stroke, point) => extended(stroke, point), []);
const rows = (pixels: number[]): number[][] => Array.from({ length: 8 }, (_, row) => pixels.slice(8 * row, 8 * row + 8));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

test('a small stroke in a corner fills the height and stands in the middle', () => {
  const pixels = pixelsOf([line([0.8, 0.1], [0.9, 0.1], [0.8, 0.25], [0.9, 0.25])], 8, 8);
  const ink = rows(pixels);
  assert.ok(sum(ink[0]!) > 0 && sum(ink[7]!) > 0);
  const columns = [0, 1, 2, 3, 4, 5, 6, 7].map((column) => sum(ink.map((row) => row[column]!)));
  assert.ok(Math.abs(sum(columns.slice(0, 4)) - sum(columns.slice(4))) < 0.15 * sum(pixels));
  assert.ok(columns[0]! + columns[7]! < 0.02 * sum(pixels));
});

test('where and how large it was drawn makes no difference', () => {
  const seven: Point[] = [
    [0, 0],
    [0.5, 0],
    [0.2, 1],
  ];
  const at = (x: number, y: number, size: number): number[] =>
    pixelsOf([line(...seven.map(([across, down]): Point => [x + size * across, y + size * down]))], 8, 8);
  const [large, small] = [at(0.05, 0.05, 0.9), at(0.6, 0.3, 0.3)];
  assert.ok(
    large.every((pixel, place) => Math.abs(pixel - small[place]!) <= 2),
    `${large}\n${small}`,
  );
});

test('there is about as much ink as in the digits: 312 of 1,024 finer pixels', () => {
  const eight = Array.from(
    { length: 60 },
    (_, i): Point => [0.5 + 0.25 * Math.sin((4 * Math.PI * i) / 59), 0.5 + 0.45 * Math.cos((2 * Math.PI * i) / 59)],
  );
  for (const stroke of [line([0.5, 0.1], [0.5, 0.9]), line(...eight)]) {
    const ink = sum(pixelsOf([stroke], 8, 8));
    assert.ok(Math.abs(ink - 312) < 32, String(ink));
  }
});

test('a page without strokes is blank, and a dot is ink', () => {
  assert.deepEqual(new Set(pixelsOf([[]], 8, 8)), new Set([0]));
  assert.ok(sum(pixelsOf([[[0.2, 0.3]]], 8, 8)) > 0);
});

test('the eraser cuts a stroke in two', () => {
  const left = erased([line([0, 0.5], [1, 0.5])], [0.5, 0.5], 0.1);
  assert.equal(left.length, 2);
  assert.ok(left[0]!.every(([x]) => x < 0.41) && left[1]!.every(([x]) => x > 0.59));
  assert.deepEqual(erased([[[0.5, 0.5]]], [0.5, 0.5], 0.1), []);
});

const IN_ROWS =
  'x = 1\npixels = [  # @param {type: "drawing", width: 2, height: 2}\n    0, 16,\n    3, 4,  # a ] in a comment\n]\nprint(pixels)';

test('pixels are read from one line and from rows', () => {
  assert.deepEqual(readPixels('p = [0, 1.5, 2, 16]  # @param {type: "drawing"}', 0, 4, 16), [0, 1.5, 2, 16]);
  assert.deepEqual(readPixels(IN_ROWS, 1, 4, 16), [0, 16, 3, 4]);
});

test('a list that is no picture says why', () => {
  const why = (list: string): number[] | string => readPixels(`p = ${list}  # @param {}`, 0, 4, 16);
  assert.match(String(why('[0, 1]')), /has 2 numbers, and the drawing 4/);
  assert.match(String(why('[0, 1, a, 2]')), /something else than numbers from 0 to 16/);
  assert.match(String(why('[0, 1, 17, 2]')), /from 0 to 16/);
  assert.match(String(why('old')), /no list of numbers/);
});

test('a picture is written in the form in which it stood', () => {
  const written = (code: string, on: number): string => {
    const change = writePixels(code, on, [1, 2, 3, 10], 2)!;
    return code.slice(0, change.from) + change.insert + code.slice(change.to);
  };
  assert.equal(written('p = [0, 0, 0, 0]  # @param {}\nq = [1]', 0), 'p = [1, 2, 3, 10]  # @param {}\nq = [1]');
  assert.equal(
    written(IN_ROWS, 1),
    'x = 1\npixels = [  # @param {type: "drawing", width: 2, height: 2}\n     1,  2,\n     3, 10,\n]\nprint(pixels)',
  );
});
