/** Material publishes each page that it shows, the first one too, here. */
interface Window {
  document$?: { subscribe(next: (document: Document) => void): unknown };
}

/** Python that the page sends to its kernel. */
declare module '*.py' {
  const source: string;
  export default source;
}
