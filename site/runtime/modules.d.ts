/** Material publishes each page that it shows, the first one too, here. */
interface Window {
  document$?: { subscribe(next: (document: Document) => void): unknown };
}

/** The program that `own_engine` of mkdocs.yml names. */
declare module 'book:own-engine' {
  const source: string;
  export default source;
}

/** The file of each widget's script, by the names of `widgets` in mkdocs.yml. */
declare module 'book:widgets' {
  const files: Record<string, string>;
  export default files;
}

/** Python that the page sends to its kernel. */
declare module '*.py' {
  const source: string;
  export default source;
}
