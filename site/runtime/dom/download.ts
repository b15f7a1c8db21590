/** Gives the reader a file. */

import { element } from './elements';

/** A browser takes less to begin: the address is gone after that. */
const REVOKE_AFTER_MS = 60_000;

export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_AFTER_MS);
}
