/** Bytes that may be worked on at once; a larger item is worked on alone. */
const mostBytes = 2 ** 25;

/** An item and what became of it. */
export interface Mapped<Item, Result> {
  /** The item. */
  readonly item: Item;
  /** What became of it. */
  readonly result: Result;
}

/**
 * Works on several items at once and gives what becomes of them in the order of the items. Items are asked for as they
 * can be worked on, so that few are in memory.
 *
 * @param items The items
 * @param work What is done to each
 * @param limits How many are worked on at once, and the bytes of an item
 */
export async function* mapInOrder<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  { most, bytesOf }: { readonly most: number; readonly bytesOf: (item: Item) => number },
): AsyncGenerator<Mapped<Item, Result>> {
  const begun: { readonly item: Item; readonly bytes: number; readonly result: Promise<Result> }[] = [];
  const finishFirst = async function* () {
    const first = begun[0];
    if (first === undefined) return;
    const result = await first.result;
    begun.shift();
    yield { item: first.item, result };
  };
  for await (const item of items) {
    const bytes = bytesOf(item);
    const isFull = () => begun.length >= most || begun.reduce((sum, other) => sum + other.bytes, bytes) > mostBytes;
    while (begun.length > 0 && isFull()) yield* finishFirst();
    const result = work(item);
    // It is waited for later; until then a failure is nobody's.
    result.catch(() => {});
    begun.push({ item, bytes, result });
  }
  while (begun.length > 0) yield* finishFirst();
}
