/** The engine that the reader wrote piece by piece, in place of the book's. */

import PYTHON from 'book:own-engine';

/** Python that compares the reader's pieces with the book's, and puts their names into the book's package. */
export function prelude(pieces: ReadonlyMap<string, string>, needed: readonly string[]): string {
  const sources = needed.map((piece) => [piece, pieces.get(piece) ?? '']);
  // JSON's strings and lists are Python's as well.
  return `exec(compile(${JSON.stringify(PYTHON)}, "own_engine.py", "exec"), {"__name__": "own engine", "PIECES": ${JSON.stringify(sources)}})`;
}
