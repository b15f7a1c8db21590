/**
 * Python's memory may not grow beyond 2 GB: of an address above, Pyodide's JavaScript reads the wrong place,
 * and what Python then says is not what it meant. So Python raises MemoryError before.
 */

const PAGE = 65_536;
const LIMIT = 2 ** 31 / PAGE;

export function limitMemory(): void {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength / PAGE + pages > LIMIT) throw new RangeError('Python may use up to 2 GB');
    return grow.call(this, pages);
  };
}
