declare module '*.py' {
  const source: string;
  export default source;
}

/** What `site/boot` made for this bundle; `null` where it made nothing. */
declare module 'boot:manifest' {
  import type { WholeFile } from './whole-files';

  const manifest: {
    start: WholeFile;
    library: WholeFile;
    /** The name of the book's package. */
    book: string;
    packages: Record<string, string>;
    core: Record<'wasm' | 'script' | 'loader' | 'lock', WholeFile>;
  } | null;
  export default manifest;
}
