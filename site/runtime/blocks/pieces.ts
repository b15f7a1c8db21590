/** The pieces of the reader's own engine, which exercises of the first chapters make. */

/** Each piece, with the chapter whose exercise it is. */
export const PIECES = { value: 1, operators: 2, backward: 3, neuron: 5, layer: 5, network: 5 } as const;

export type Piece = keyof typeof PIECES;

export const PIECE_NAMES = Object.keys(PIECES) as Piece[];

export function missingPieces(pieces: ReadonlyMap<Piece, string>): Piece[] {
  return PIECE_NAMES.filter((piece) => !pieces.get(piece));
}

/** The pieces in a sentence, each with its chapter: `neuron, layer (chapter 5)`. */
export function withChapters(pieces: readonly Piece[]): string {
  const chapters = [...new Set(pieces.map((piece) => PIECES[piece]))];
  return chapters.map((chapter) => `${pieces.filter((piece) => PIECES[piece] === chapter).join(', ')} (chapter ${chapter})`).join(', ');
}
