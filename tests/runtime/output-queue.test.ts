import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutputQueue } from '../../site/runtime/kernel/output-queue';
import type { KernelMessage } from '../../site/runtime/kernel/output-queue';

const stream = (text: string, name = 'stdout'): KernelMessage => ({ type: 'stream', bundle: { name, text } });
const display = (text: string, id?: string): KernelMessage => ({
  type: 'display_data',
  bundle: { data: { text }, transient: id ? { display_id: id } : {} },
});
const update = (text: string, id: string): KernelMessage => ({
  type: 'update_display_data',
  bundle: { data: { text }, transient: { display_id: id } },
});
const clear = (wait: boolean): KernelMessage => ({ type: 'clear_output', bundle: { wait } });

interface Output {
  text: string;
  id?: string;
  stream?: string;
}

/** What a page shows after these messages, by the rules of the Jupyter protocol. */
function shown(messages: KernelMessage[]): string[] {
  let outputs: Output[] = [];
  let clears = false;
  const add = (output: Output): void => {
    if (clears) outputs = [];
    clears = false;
    const last = outputs.at(-1);
    // Text of one stream runs on.
    if (last?.stream && last.stream === output.stream) last.text += output.text;
    else outputs.push(output);
  };
  for (const { type, bundle } of messages) {
    const id = bundle?.transient?.display_id;
    if (type === 'stream') add({ text: bundle!.text as string, stream: bundle!.name as string });
    if (type === 'display_data') add({ text: bundle!.data!.text as string, ...(id ? { id } : {}) });
    if (type === 'update_display_data') for (const output of outputs) if (output.id === id) output.text = bundle!.data!.text as string;
    if (type === 'clear_output') {
      if (!bundle!.wait) outputs = [];
      clears = Boolean(bundle!.wait);
    }
  }
  return outputs.map(({ text }) => text);
}

/** A linear congruential generator: the same messages at every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('what is left out changes nothing of what is shown at the end', () => {
  for (let seed = 0; seed < 3000; seed++) {
    const random = numbers(seed);
    const queue = new OutputQueue();
    const sent: KernelMessage[] = [];
    const all: KernelMessage[] = [];
    for (let i = 0; i < 40; i++) {
      const id = 'abc'[random(3)]!;
      const kinds = [
        () => stream(`s${i}`),
        () => display(`d${i}`),
        () => display(`d${i}`, id),
        () => update(`u${i}`, id),
        () => clear(true),
        () => clear(false),
      ];
      const message = kinds[random(kinds.length)]!();
      all.push(message);
      queue.push(message);
      if (random(4) === 0) sent.push(...queue.take(random(5)));
    }
    sent.push(...queue.take());
    assert.deepEqual(shown(sent), shown(all), `seed ${seed}`);
    assert.ok(sent.length <= all.length);
  }
});

test('a loop that clears, shows and updates sends little', () => {
  const queue = new OutputQueue();
  queue.push(display('first', 'a'));
  for (let i = 0; i < 10_000; i++) {
    for (const message of [clear(true), stream(`${i}`), update(`${i}`, 'a'), update('to nobody', `other ${i}`)]) queue.push(message);
  }
  assert.deepEqual(
    queue
      .take()
      .map(({ type }) => type)
      .sort(),
    ['clear_output', 'stream', 'update_display_data'],
  );
});

test('two streams that take turns are two messages, and text stays beside its display', () => {
  const queue = new OutputQueue();
  queue.push(display('first', 'a'));
  for (let i = 0; i < 10_000; i++) for (const message of [stream('o'), update(`${i}`, 'a'), stream('e', 'stderr')]) queue.push(message);
  queue.push(display('second'));
  queue.push(stream('o'));
  assert.deepEqual(shown(queue.take()), ['9999', 'o'.repeat(10_000), 'e'.repeat(10_000), 'second', 'o']);
});

test('no more displays and errors are sent than a page shows, and as many again after a clear', () => {
  const queue = new OutputQueue();
  for (let i = 0; i < 1000; i++) queue.push(i % 2 ? display('d') : { type: 'execute_error', bundle: {} });
  assert.equal(queue.take().length, 201);
  queue.push(clear(true));
  assert.equal(queue.take().length, 1);
  for (let i = 0; i < 300; i++) queue.push(display('d'));
  assert.equal(queue.take().length, 201);
  queue.begin();
  for (let i = 0; i < 3000; i++) queue.push({ type: 'comm_msg' });
  assert.equal(queue.take().length, 1000);
});
