/** Milliseconds of computing after which others get a turn. */
const BREATH = 8;

/** A function that lets everything else that waits have its turn, now and then: on some devices no await ever does. */
export function breathe(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < BREATH) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  };
}
