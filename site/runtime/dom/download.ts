/** Gives the reader a file. */

import { element } from './elements';

/** How long a browser may take to begin, in milliseconds: the address is gone after that. */
const PATIENCE = 60_000;

export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), PATIENCE);
}
