/** Object URLs that the page makes and revokes: a worker that runs Python can see whether one still answers. */

/** Made in one go: each takes the browser a moment in which the page stands still. */
const BATCH = 16;

/** One for all: it takes the browser as long to make as a URL. */
const EMPTY = new Blob([], { type: 'text/plain' });

/** WebKit answers a synchronous request for a blob only when the blob has a type. */
export function makeObjectUrl(content: string): string {
  return URL.createObjectURL(new Blob([content], { type: 'text/plain' }));
}

/** URLs of an empty blob, each to be revoked by itself. */
export function makeObjectUrls(count: number): string[] {
  return Array.from({ length: count }, () => URL.createObjectURL(EMPTY));
}

/** Fill `urls` up to `count`, in pauses, so that the page goes on meanwhile. */
export async function fillWithObjectUrls(urls: string[], count: number): Promise<void> {
  while (urls.length < count) {
    urls.push(...makeObjectUrls(Math.min(BATCH, count - urls.length)));
    await nextTask();
  }
}

/** Not by a timer, which a browser slows down in a page that nobody sees. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
