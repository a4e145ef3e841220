/** How often each expert occurs; throws at an expert that does not exist. */
export function countExperts(expertOfToken: Int32Array, experts: number, action: string): Int32Array<ArrayBuffer> {
  const counts = new Int32Array(experts);
  for (const expert of expertOfToken) {
    if (expert < 0 || expert >= experts) {
      throw new RangeError(`Cannot ${action} as experts must be in [0, ${experts}): current value is ${expert}`);
    }
    counts[expert] = (counts[expert] as number) + 1;
  }
  return counts;
}
