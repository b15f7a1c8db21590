/**
 * Python's memory may not grow beyond 2 GB: of an address above, Pyodide's JavaScript reads the wrong place,
 * and what Python then says is not what it meant. So Python raises MemoryError before, and early enough that
 * there is room to say so and to delete what fills the memory.
 */

const PAGE = 65_536;
const LIMIT = 2 ** 31 / PAGE;
/** More than Emscripten asks for when little is wanted: 5 % of what there is. */
const RESERVE = 2 ** 27 / PAGE;
const RESERVES = 4;

let limit = LIMIT - RESERVES * RESERVE;
let refused = false;

export function limitMemory(): void {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength / PAGE + pages > limit) {
      refused = true;
      throw new RangeError('Python may use no more memory');
    }
    return grow.call(this, pages);
  };
}

/** Lets the memory grow a little more after it was full, until nothing is left. */
export function openReserve(): void {
  if (!refused) return;
  refused = false;
  limit = Math.min(limit + RESERVE, LIMIT);
}
