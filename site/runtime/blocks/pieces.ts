/** The pieces of the reader's own engine, which exercises of the first chapters make. */

import { book } from '../dom/book';

export const PIECE_NAMES: readonly string[] = Object.keys(book.pieces);

export function missingPieces(pieces: ReadonlyMap<string, string>): string[] {
  return PIECE_NAMES.filter((piece) => !pieces.get(piece));
}

/** The pieces in a sentence, each with its chapter: `neuron, layer (chapter 5)`. */
export function withChapters(pieces: readonly string[]): string {
  const chapters = [...new Set(pieces.map((piece) => book.pieces[piece]))];
  return chapters
    .map((chapter) => `${pieces.filter((piece) => book.pieces[piece] === chapter).join(', ')} (chapter ${chapter})`)
    .join(', ');
}
