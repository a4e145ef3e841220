import type { EncodedRequest } from "./encode_request.ts";

/**
 * Which groups of requests are scored together: the longest first, so that a device that is too small says so at once and the time
 * that is left is never less than what is told; groups of equal length in their order.
 *
 * @param groups Requests
 * @param size Requests of a batch; a group is never split
 * @returns Places of groups, batch by batch
 */
export function planBatches(groups: readonly (readonly EncodedRequest[])[], size: number): number[][] {
  const lengths = groups.map((group) => group.reduce((most, { input }) => Math.max(most, input.length), 0));
  const order = groups.map((_, place) => place).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
  const batches: number[][] = [];
  let room = 0;
  for (const place of order) {
    const needed = groups[place]?.length ?? 0;
    if (needed > room || batches.length === 0) {
      batches.push([]);
      room = size;
    }
    batches.at(-1)?.push(place);
    room -= needed;
  }
  return batches;
}
