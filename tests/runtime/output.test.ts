import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnsiReader } from '../../site/runtime/output/ansi';
import { errorName } from '../../site/runtime/output/error-name';
import { HEAD_LIMIT, StreamText, TAIL_LIMIT } from '../../site/runtime/output/stream';
import { errorLine, groupFrames, parseTraceback, withoutRepeats } from '../../site/runtime/output/traceback';

test('a colour goes on into the next piece until it is reset', () => {
  const reader = new AnsiReader();
  assert.deepEqual(reader.read('\x1b[31mred'), [{ text: 'red', classes: 'ansi-red-fg' }]);
  assert.deepEqual(reader.read('still\x1b[0mplain'), [
    { text: 'still', classes: 'ansi-red-fg' },
    { text: 'plain', classes: '' },
  ]);
});

test('a colour of the large palette becomes the nearest named one', () => {
  assert.deepEqual(new AnsiReader().read('\x1b[38;5;28;01mdef'), [{ text: 'def', classes: 'ansi-green-fg ansi-bold' }]);
});

test('sequences that do not colour leave no trace', () => {
  assert.deepEqual(
    new AnsiReader()
      .read('a\x1b[2Kb')
      .map(({ text }) => text)
      .join(''),
    'ab',
  );
});

test('a carriage return lets a progress bar write over itself', () => {
  const stream = new StreamText();
  stream.write('10%\r100%\ndone');
  assert.deepEqual(stream.update(), { lines: '100%\n', unfinished: 'done', dropped: 0, tail: '' });
});

test('what a shorter line does not overwrite stays', () => {
  const stream = new StreamText();
  stream.write('hello\rHE');
  assert.equal(stream.update().unfinished, 'HEllo');
});

test('a flood shows its beginning and its end and counts what is between', () => {
  const stream = new StreamText();
  const line = `${'x'.repeat(99)}\n`;
  const written = 5_000;
  for (let count = 0; count < written; count += 1) stream.write(line);
  const { lines, dropped, tail } = stream.update();
  assert.equal(lines.length, HEAD_LIMIT);
  assert.equal(tail.length, TAIL_LIMIT);
  assert.equal(lines.length + dropped + tail.length, written * line.length);
});

const TRACEBACK = [
  '---------------------------------------------------------------------------\nZeroDivisionError                         Traceback (most recent call last)',
  'Cell In[7], line 2\n      1 a = 1\n----> 2 f(a)\n',
  'File /lib/python3.13/site-packages/micrograd/engine.py:10, in f(x)\n---> 10 return g(x)\n',
  'File /lib/python3.13/site-packages/micrograd/engine.py:20, in g(x)\n---> 20 return x / 0\n',
  'ZeroDivisionError: division by zero',
];

test('a traceback comes apart into cells, files and the message', () => {
  const { frames, message } = parseTraceback(TRACEBACK);
  assert.deepEqual(
    frames.map(({ execution, line }) => [execution, line]),
    [
      [7, 2],
      [null, 10],
      [null, 20],
    ],
  );
  assert.equal(message, 'ZeroDivisionError: division by zero');
});

test('neighbouring frames of files fold together', () => {
  assert.deepEqual(
    groupFrames(parseTraceback(TRACEBACK).frames).map((group) => group.length),
    [1, 2],
  );
});

test('what a recursion repeats is told once, with its first and its last round', () => {
  const groups = (lines: number[]) => lines.map((line) => [{ text: '', execution: line, file: null, line }]);
  const told = (lines: number[]) =>
    withoutRepeats(groups(lines)).map((group) => (typeof group === 'number' ? `${group} more` : group[0]!.line));
  assert.deepEqual(told([1, 2, 2, 3]), [1, 2, 2, 3]);
  assert.deepEqual(told([1, 2, 2, 2, 2, 3]), [1, 2, '2 more', 2, 3]);
  assert.deepEqual(told([1, 5, 6, 5, 6, 5, 6, 5]), [1, 5, 6, '1 more', 5, 6, 5]);
  assert.deepEqual(told([1, 2, 3, 4, 5, 6]), [1, 2, 3, 4, 5, 6]);
});

test("the marked line is the cell's own, not another cell's", () => {
  const traceback = parseTraceback(TRACEBACK);
  assert.equal(errorLine(traceback, 7), 2);
  assert.equal(errorLine(traceback, 8), null);
});

test("the kernel's name of an error becomes Python's", () => {
  assert.equal(errorName("<class 'ZeroDivisionError'>"), 'ZeroDivisionError');
  assert.equal(errorName("<class 'json.decoder.JSONDecodeError'>"), 'JSONDecodeError');
  assert.equal(errorName('ValueError'), 'ValueError');
});

test('code that Python cannot split into tokens shows the error at its line of the cell', () => {
  const text = 'unindent does not match any outer indentation level';
  const traceback = parseTraceback([`  File <string>:3\n    print(x)\n            ^\nIndentationError: ${text}\n`]);
  assert.equal(errorLine(traceback, 7), 3);
  assert.equal(traceback.frames[0]!.file, null);
  assert.equal(traceback.message, `IndentationError: ${text}`);
});
