/** Material publishes each page that it shows, the first one too, here. */
interface Window {
  document$?: { subscribe(next: (document: Document) => void): unknown };
}

/** The program that `own_engine` of mkdocs.yml names. */
declare module 'book:own-engine' {
  const source: string;
  export default source;
}

/** Python that the page sends to its kernel. */
declare module '*.py' {
  const source: string;
  export default source;
}
