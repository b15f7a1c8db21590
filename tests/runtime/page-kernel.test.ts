import './browser';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { fresh, log, world } from './python';
import { PageKernel } from '../../site/runtime/kernel/index';
import type { KernelState } from '../../site/runtime/kernel/types';

let kernel: PageKernel;
let states: KernelState[];

beforeEach(() => {
  fresh();
  kernel = new PageKernel(10);
  states = [];
  kernel.onState((state) => {
    if (states.at(-1) !== state) states.push(state);
  });
});
afterEach(() => kernel.dispose());

const nowhere = () => undefined;

test('one Python is started for many requests, and answers them in turn', async () => {
  const shown: string[] = [];
  const results = await Promise.all([
    kernel.execute('print 1', (message) => shown.push(JSON.stringify(message.bundle))),
    kernel.execute('raise ValueError', nowhere),
    kernel.execute('print 2', (message) => shown.push(JSON.stringify(message.bundle))),
  ]);
  assert.deepEqual(
    results.map(({ status, ename, executionCount }) => [status, ename, executionCount]),
    [
      ['ok', undefined, 1],
      ['error', 'ValueError', 2],
      ['ok', undefined, 3],
    ],
  );
  assert.deepEqual(shown, ['{"name":"stdout","text":"1"}', '{"name":"stdout","text":"2"}']);
  assert.equal(world.workers, 1);
  assert.deepEqual(states, ['starting', 'ready', 'running', 'ready', 'running', 'ready', 'running', 'ready']);
});

test('silent code is not counted', async () => {
  const { executionCount } = await kernel.execute('count', nowhere, { silent: true });
  assert.equal(executionCount, undefined);
  assert.equal((await kernel.execute('count', nowhere)).executionCount, 1);
  assert.deepEqual(await kernel.evaluate({ runs: 'count' }), { runs: '2' });
});

test('an interrupt ends what runs and drops what waits', async () => {
  const running = kernel.execute('loop', nowhere);
  const waiting = kernel.execute('print 1', nowhere);
  while (!log.length) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await kernel.interrupt(), 'interrupted');
  assert.equal((await running).ename, 'KeyboardInterrupt');
  assert.equal((await waiting).status, 'aborted');
  assert.deepEqual(log, ['loop']);
  assert.equal(kernel.state, 'stopped');
});

test('a nudge ends what runs and keeps what waits', async () => {
  const running = kernel.execute('loop', nowhere);
  const waiting = kernel.execute('print 1', nowhere);
  while (!log.length) await new Promise((resolve) => setImmediate(resolve));
  kernel.nudge();
  assert.equal((await running).ename, 'KeyboardInterrupt');
  assert.equal((await waiting).status, 'ok');
});

test('an interrupt of a start takes it back', async () => {
  const start = kernel.start();
  assert.equal(await kernel.interrupt(), 'restarted');
  await assert.rejects(start, /The start was stopped/);
  assert.equal(kernel.state, 'stopped');
  assert.equal((await kernel.execute('print 1', nowhere)).status, 'ok');
});

test('what a dead Python ran is aborted, and the next request starts another', async () => {
  assert.equal((await kernel.execute('die', nowhere)).status, 'aborted');
  while (kernel.state !== 'failed') await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await kernel.execute('print 1', nowhere)).status, 'ok');
  assert.equal(world.workers, 2);
});

test('a start that fails may be tried again', async () => {
  world.startFails = true;
  await assert.rejects(kernel.start(), /Python could not start: no memory for it/);
  assert.equal(kernel.state, 'failed');
  world.startFails = false;
  await kernel.start();
  assert.equal(kernel.state, 'ready');
});

test('completion and inspection are answered in the forms that an editor needs', async () => {
  assert.deepEqual(await kernel.complete('pri', 3), { matches: ['pri_all'], start: 0, end: 3 });
  assert.deepEqual(await kernel.inspect('print', 5), { found: true, data: { 'text/plain': 'about print' } });
});
