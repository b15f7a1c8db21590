/** The pieces of the reader's own engine, which exercises of the first chapters make. */

import { book } from '../dom/book';

export const PIECE_NAMES: readonly string[] = Object.keys(book.pieces);

/** Whether a chapter compares what the reader has written so far: it runs with that from the start. */
export function compares(chapter: number): boolean {
  return book.comparedIn.includes(chapter);
}

/** The pieces that a chapter can run with; none where the reader's engine has no use. */
export function piecesFor(chapter: number): readonly string[] {
  if (compares(chapter)) return PIECE_NAMES.filter((piece) => (book.pieces[piece] ?? Infinity) < chapter);
  const [first, last] = book.ownEngineChapters ?? [Infinity, 0];
  return chapter >= first && chapter <= last ? PIECE_NAMES : [];
}

export function missingPieces(pieces: ReadonlyMap<string, string>, needed: readonly string[] = PIECE_NAMES): string[] {
  return needed.filter((piece) => !pieces.get(piece));
}

/** The pieces in a sentence, each with its chapter: `neuron, layer (chapter 5)`. */
export function withChapters(pieces: readonly string[]): string {
  const chapters = [...new Set(pieces.map((piece) => book.pieces[piece]))];
  return chapters
    .map((chapter) => `${pieces.filter((piece) => book.pieces[piece] === chapter).join(', ')} (chapter ${chapter})`)
    .join(', ');
}
