/** Line by line, what one text has and the other has not. */

export interface DifferenceLine {
  sign: ' ' | '-' | '+';
  text: string;
}

export function difference(before: string, after: string): DifferenceLine[] {
  const old = before.split('\n');
  const young = after.split('\n');
  // common[i][j]: length of the longest common subsequence of old[i:] and young[j:].
  const common = Array.from({ length: old.length + 1 }, () => new Array<number>(young.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = young.length - 1; j >= 0; j -= 1) {
      common[i]![j] = old[i] === young[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const lines: DifferenceLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < young.length) {
    if (i < old.length && j < young.length && old[i] === young[j]) {
      lines.push({ sign: ' ', text: old[i]! });
      i += 1;
      j += 1;
    } else if (j >= young.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push({ sign: '-', text: old[i]! });
      i += 1;
    } else {
      lines.push({ sign: '+', text: young[j]! });
      j += 1;
    }
  }
  return lines;
}
