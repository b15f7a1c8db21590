/** Addresses that the page makes and revokes, by which a worker that runs Python hears from it. */

/** Made in one go: each takes the browser a moment in which the page stands still. */
const AT_ONCE = 16;

/** One for all: it takes the browser as long to make as an address. */
const NOTHING = new Blob([], { type: 'text/plain' });

/** WebKit answers a synchronous request for a blob only when the blob has a type. */
export function makeAddress(content: string): string {
  return URL.createObjectURL(new Blob([content], { type: 'text/plain' }));
}

/** Addresses of nothing, each to be revoked by itself. */
export function makeAddresses(count: number): string[] {
  return Array.from({ length: count }, () => URL.createObjectURL(NOTHING));
}

/** Fill `addresses` up to `count`, in pauses, so that the page goes on meanwhile. */
export async function fillWithAddresses(addresses: string[], count: number): Promise<void> {
  while (addresses.length < count) {
    addresses.push(...makeAddresses(Math.min(AT_ONCE, count - addresses.length)));
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
