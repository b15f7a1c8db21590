/** Jupyter counts code points, JavaScript counts UTF-16 units. */

export function codePointOffset(text: string, utf16: number): number {
  return [...text.slice(0, utf16)].length;
}

export function utf16Offset(text: string, codePoints: number): number {
  return [...text].slice(0, codePoints).join('').length;
}
