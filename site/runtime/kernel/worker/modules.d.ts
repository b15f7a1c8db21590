declare module '*.py' {
  const source: string;
  export default source;
}

/** What `site/boot` made for this bundle; `null` where it made nothing. */
declare module 'boot:manifest' {
  interface Pack {
    file: string;
    bytes: number;
    integrity: string;
  }
  const manifest: {
    start: Pack;
    library: Pack;
    packages: Record<string, string>;
    core: { wasm: number; script: number };
  } | null;
  export default manifest;
}
