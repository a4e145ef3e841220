import type { EncodedRequest } from "./encode_request.ts";

/**
 * Which groups of requests are scored together: the longest first, so that a device that is too small says so at once
 * and the time that is left is seldom less than what is told; groups of equal length in their order.
 *
 * @param groups Requests
 * @param tokens Tokens of a batch, what a group's requests share counted once; a group is never split
 * @returns Places of groups, batch by batch
 */
export function planBatches(groups: readonly (readonly EncodedRequest[])[], tokens: number): number[][] {
  const lengths = groups.map((group) => group.reduce((most, { input }) => Math.max(most, input.length), 0));
  const order = groups.map((_, place) => place).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
  const batches: number[][] = [];
  let room = 0;
  for (const place of order) {
    const needed = tokensOf(groups[place] ?? []);
    if (needed > room || batches.length === 0) {
      batches.push([]);
      room = tokens;
    }
    batches.at(-1)?.push(place);
    room -= needed;
  }
  return batches;
}

/** The tokens of a group, what a request begins with as the one before it does left out. */
function tokensOf(group: readonly EncodedRequest[]): number {
  return group.reduce((count, { input }, place) => {
    const before = group[place - 1]?.input;
    const different = before === undefined ? 0 : input.findIndex((token, at) => token !== before[at]);
    return count + input.length - (different < 0 ? input.length : different);
  }, 0);
}
