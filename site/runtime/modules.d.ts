/** Material publishes each page that it shows, the first one too, here. */
interface Window {
  document$?: { subscribe(next: (document: Document) => void): unknown };
}
