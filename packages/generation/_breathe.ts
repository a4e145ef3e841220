/** Milliseconds of computing after which others get a turn. */
const BREATH = 8;

/**
 * Immediates until connections are looked at: as long as something else is ready, the event loop below Deno (tokio,
 * `event_interval`) looks at them every 61st time only. All of them together take a fraction of a millisecond.
 */
const TURNS = 64;

/**
 * Lets timers and connections have their turn: at once where nobody wants it. Browsers lack `setImmediate`; their
 * `setTimeout` and that of Deno take milliseconds, and messages of a channel go before others.
 */
const nextTurn: () => Promise<void> = "setImmediate" in globalThis
  ? async () => {
    for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => void setImmediate(() => resolve()));
  }
  : () => new Promise((resolve) => void setTimeout(resolve, 0));

/** A function that lets everything else that waits have its turn, now and then: on some devices no await ever does. */
export function breathe(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < BREATH) return;
    await nextTurn();
    last = performance.now();
  };
}
