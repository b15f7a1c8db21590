declare module '*.py' {
  const source: string;
  export default source;
}

/** What `site/boot` made for this bundle; `null` where it made nothing. */
declare module 'boot:manifest' {
  import type { VerifiedFile } from '../start/verified-fetch.worker';

  const manifest: {
    start: VerifiedFile;
    library: VerifiedFile;
    /** The name of the book's package. */
    book: string;
    packages: Record<string, string>;
    core: Record<'wasm' | 'script' | 'loader' | 'lock', VerifiedFile>;
  } | null;
  export default manifest;
}
