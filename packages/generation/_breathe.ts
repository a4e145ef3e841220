/** Milliseconds of computing after which others get a turn. */
const BREATH = 8;

/**
 * Calls back when timers and connections have had their turn: at once where nobody wants it. Browsers lack
 * `setImmediate`; their `setTimeout` and that of Deno take milliseconds, and messages of a channel go before others.
 */
const nextTurn: (callback: () => void) => void = "setImmediate" in globalThis
  ? (callback) => void setImmediate(callback)
  : (callback) => void setTimeout(callback, 0);

/** A function that lets everything else that waits have its turn, now and then: on some devices no await ever does. */
export function breathe(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < BREATH) return;
    await new Promise<void>((resolve) => nextTurn(resolve));
    last = performance.now();
  };
}
