/**
 * The digest of the saved snapshot, where only pages of this site can write it.
 *
 * What was put into a cache by code of a worker is not begun with: no worker reaches `localStorage`.
 */

import { openStore } from '../../dom/storage';

/** This script stands two folders below the root of the site, in assets/live/. */
const STORE = openStore(new URL('../../', import.meta.url));
/** As the first version called it. */
const KEY = 'python-memory';

export function readDigest(): string | null {
  const digest = STORE.read<unknown>(KEY);
  return typeof digest === 'string' ? digest : null;
}

/** Whether it lasts beyond the page. */
export function writeDigest(digest: string): boolean {
  STORE.write(KEY, digest);
  return STORE.lasting;
}
