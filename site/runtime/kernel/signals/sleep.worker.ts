/** Memory to wait on, which the worker shares with no other. */
let buffer: Int32Array | undefined;

export function sleep(milliseconds: number): void {
  buffer ??= new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
  Atomics.wait(buffer, 0, 0, milliseconds);
}
