/** Memory that the worker shares with nobody, to wait on. */
let nobody: Int32Array | undefined;

export function sleep(milliseconds: number): void {
  nobody ??= new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
  Atomics.wait(nobody, 0, 0, milliseconds);
}
