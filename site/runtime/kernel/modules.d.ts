/** `separate:./module` is bundled into a file of its own; the import gives that file's name. */
declare module 'separate:*' {
  const file: string;
  export default file;
}
