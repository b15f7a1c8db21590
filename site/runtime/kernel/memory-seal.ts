/**
 * The digest of the memory that was kept, where only pages of this site can write it.
 *
 * What was put into a cache by code of a worker is not begun with: no worker reaches `localStorage`.
 */

import { browserKeep } from '../dom/storage';

/** This script stands two folders below the root of the site, in assets/live/. */
const KEEP = browserKeep(new URL('../../', import.meta.url));
const KEY = 'python-memory';

export function readSeal(): string | null {
  const seal = KEEP.read<unknown>(KEY);
  return typeof seal === 'string' ? seal : null;
}

/** Whether it lasts beyond the page. */
export function writeSeal(seal: string): boolean {
  KEEP.write(KEY, seal);
  return KEEP.lasting;
}
