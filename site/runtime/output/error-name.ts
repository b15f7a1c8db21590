/** Python's class name out of what the kernel calls it, such as `<class 'ZeroDivisionError'>`. */
export function errorName(ename: string): string {
  return /'(?:[\w.]*\.)?(\w+)'/.exec(ename)?.[1] ?? ename;
}
