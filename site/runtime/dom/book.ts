/** What is this book's own, as mkdocs.yml says it; the bundle's build writes it here. */

interface Book {
  /** Stands before what the book keeps in the browser. */
  storage: string;
  /** The Python module behind the playground. */
  playground: string;
  /** The pieces of the reader's own engine, each with the chapter whose exercise it is. */
  pieces: Readonly<Record<string, number>>;
  /** The first and the last chapter that can run with it; none where there is no such engine. */
  ownEngineChapters: readonly [number, number] | null;
  /** The chapters that compare what the reader has written so far. */
  comparedIn: readonly number[];
}

declare const BOOK: Book;

export const book = BOOK;
