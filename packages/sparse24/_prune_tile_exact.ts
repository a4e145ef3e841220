/** The six ways to keep two of four, as bit masks, in lexicographic order of their places. */
const PAIRS = Uint8Array.of(0b0011, 0b0101, 0b1001, 0b0110, 0b1010, 0b1100);

/** Places of the first and second kept element of each pair. */
const FIRST = Uint8Array.of(0, 0, 0, 1, 1, 2);
const SECOND = Uint8Array.of(1, 2, 3, 2, 3, 3);

function pair(choice: number): number {
  return PAIRS[choice] ?? 0;
}

/** Whether four row choices keep exactly two in every column. */
function isBalanced(choices: readonly number[]): boolean {
  return [0, 1, 2, 3].every((col) => choices.reduce((kept, choice) => kept + ((pair(choice) >> col) & 1), 0) === 2);
}

/** Row choices of all patterns with two per row and column, row 0 slowest: the documented order of ties. */
function listPatterns(): number[][] {
  const patterns: number[][] = [];
  for (let code = 0; code < 6 ** 4; code++) {
    const choices = [Math.floor(code / 216), Math.floor(code / 36) % 6, Math.floor(code / 6) % 6, code % 6];
    if (isBalanced(choices)) patterns.push(choices);
  }
  return patterns;
}

/** The 90 patterns, four row choices each. */
export const PATTERNS = Uint8Array.from(listPatterns().flat());

/** Finite stand-ins: infinity and NaN lie above any finite sum, yet sums of them still compare. */
function magnitude(value: number): number {
  const absolute = Math.abs(value);
  if (absolute < Infinity) return absolute;
  return absolute === Infinity ? 2 ** 130 : 2 ** 150;
}

const pairSums = new Float64Array(24);

/** Best pattern of one row-major 4 x 4 tile: bit `4 * row + column` is set when the element is kept. */
export function pruneTileExact(tile: Float32Array): number {
  for (let row = 0; row < 4; row++) {
    for (let choice = 0; choice < 6; choice++) {
      const first = magnitude(tile[4 * row + (FIRST[choice] ?? 0)] ?? 0);
      const second = magnitude(tile[4 * row + (SECOND[choice] ?? 0)] ?? 0);
      pairSums[6 * row + choice] = first + second;
    }
  }
  let best = 0;
  let bestSum = -1;
  for (let i = 0; i < PATTERNS.length; i += 4) {
    const sum = (pairSums[PATTERNS[i] ?? 0] ?? 0) + (pairSums[6 + (PATTERNS[i + 1] ?? 0)] ?? 0) +
      (pairSums[12 + (PATTERNS[i + 2] ?? 0)] ?? 0) + (pairSums[18 + (PATTERNS[i + 3] ?? 0)] ?? 0);
    if (sum <= bestSum) continue;
    bestSum = sum;
    best = i;
  }
  return pair(PATTERNS[best] ?? 0) | pair(PATTERNS[best + 1] ?? 0) << 4 | pair(PATTERNS[best + 2] ?? 0) << 8 |
    pair(PATTERNS[best + 3] ?? 0) << 12;
}
