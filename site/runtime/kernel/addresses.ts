/** Where the parts of the site are: everything hangs on the address of this bundle, assets/live/. */

const BUNDLE = new URL('./', import.meta.url);

export const SITE = new URL('../../', BUNDLE);
export const LITE = new URL('lite/', SITE);

/** The address of a file that was built next to this bundle. */
export function beside(file: string): string {
  return new URL(file, BUNDLE).href;
}
