import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PacedOutputs } from '../../site/runtime/kernel/paced-outputs';
import type { Output } from '../../site/runtime/kernel/protocol';

const parentHeader = { msg_id: '1' };
const display = (text: string): Output => ({ type: 'display_data', bundle: { data: { 'text/html': text } }, parentHeader });
const clear: Output = { type: 'clear_output', bundle: { wait: true }, parentHeader };

/** What a page shows of outputs that take `drawing` ms each, more than is theirs of a frame; `hidden` as one in the background. */
async function shown(outputs: Output[], { hidden = false, drawing = 10 } = {}): Promise<string[]> {
  const frames: (() => void)[] = [];
  Object.assign(globalThis, {
    document: { hidden },
    requestAnimationFrame: (run: () => void) => frames.push(run),
    cancelAnimationFrame: () => undefined,
  });
  const seen: string[] = [];
  const paced = new PacedOutputs(({ type, bundle }) => {
    const end = performance.now() + drawing;
    while (performance.now() < end);
    seen.push(type === 'clear_output' ? 'clear' : (Object.values((bundle as { data: object }).data)[0] as string));
  });
  paced.begin();
  for (const output of outputs) paced.push(output);
  const drained = paced.drained();
  let waits = true;
  void drained.then(() => (waits = false));
  while (waits) {
    const before = seen.length;
    frames.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(seen.length <= before + 1, 'one output a frame');
  }
  return seen;
}

test('the first output is shown at once, the others in order, one a frame', async () => {
  assert.deepEqual(await shown(['a', 'b', 'c'].map(display)), ['a', 'b', 'c']);
});

test('what is cleared before its frame comes is never drawn', async () => {
  const outputs = [...Array(1000).keys()].flatMap((n) => [clear, display(String(n))]);
  const seen = await shown(outputs);
  assert.ok(seen.length < 10, `${seen.length} were drawn`);
  assert.equal(seen.at(-1), '999');
});

test('a page in the background shows all at once: its frames do not come', async () => {
  assert.deepEqual(await shown(['a', 'b', 'c'].map(display), { hidden: true }), ['a', 'b', 'c']);
});

test('a page that draws for long rests before it draws the next', async (context) => {
  const rests: number[] = [];
  const wait = setTimeout;
  context.mock.method(globalThis, 'setTimeout', (run: () => void, milliseconds: number) => {
    rests.push(milliseconds);
    return wait(run, 0);
  });
  assert.deepEqual(await shown(['a', 'b'].map(display), { drawing: 90 }), ['a', 'b']);
  assert.ok(
    rests.some((milliseconds) => milliseconds >= 40 && milliseconds < 250),
    `${rests}`,
  );
});
