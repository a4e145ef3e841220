/**
 * The largest values first, as many as are asked for: a heap, so that a few of many cost little more than reading all.
 */
export function* largestFirst(values: Float64Array): Generator<number, void> {
  const heap = values.slice();
  let size = heap.length;
  for (let parent = Math.floor(size / 2) - 1; parent >= 0; parent--) siftDown(heap, parent, size);
  while (size > 0) {
    yield heap[0] ?? NaN;
    heap[0] = heap[--size] ?? NaN;
    siftDown(heap, 0, size);
  }
}

/** Brings a value down to where both of those below it are no larger. */
function siftDown(heap: Float64Array, start: number, size: number): void {
  const value = heap[start] ?? NaN;
  let parent = start;
  for (let child = 2 * start + 1; child < size; child = 2 * parent + 1) {
    if (child + 1 < size && (heap[child + 1] ?? NaN) > (heap[child] ?? NaN)) child++;
    const larger = heap[child] ?? NaN;
    if (larger <= value) break;
    heap[parent] = larger;
    parent = child;
  }
  heap[parent] = value;
}
