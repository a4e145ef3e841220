// deno-lint-ignore-file no-console
/**
 * A thread that ends its process when a number does not change for long: what loops in the other thread cannot be
 * stopped there.
 *
 * @module
 */

interface Watched {
  /** Counts inputs, in shared memory. */
  readonly counter: Int32Array;
  /** Milliseconds that an input may take. */
  readonly patience: number;
}

const scope = globalThis as unknown as { onmessage: (event: MessageEvent<Watched>) => void };
scope.onmessage = ({ data: { counter, patience } }) => {
  let before = -1;
  setInterval(() => {
    const now = Atomics.load(counter, 0);
    if (now === before) {
      console.log(`input ${now} of all takes longer than ${patience} ms`);
      Deno.kill(Deno.pid, "SIGKILL");
    }
    before = now;
  }, patience);
};
