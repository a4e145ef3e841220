// The module: one entry for thread 0, one loop for the others. The switch over all operations is made by the build.
import { begin, findScratch, finish, finished, initialize, nextCommand, OPERATION, READY, threads } from "./runtime";
import { callOperation } from "./operation_switch";

export { initialize } from "./runtime";
export { useBlas } from "./product";
export { attentionScratch } from "./attention_layout";
export { rowMapScratch } from "./grouped_matmul_features";
export { exponential } from "./simd";

function perform(operation: i32): void {
  findScratch();
  callOperation(operation);
}

/** Runs an operation on all threads; its arguments are in memory. Called by thread 0. */
export function run(operation: i32): void {
  begin(operation);
  perform(operation);
  finish();
}

/** Runs an operation on thread 0 alone, which takes all shares; the others are not woken. */
export function runAlone(operation: i32): void {
  const all = threads;
  initialize(0, 1);
  perform(operation);
  initialize(0, all);
}

/** The life of every other thread: commands, until one has a negative operation. */
export function serve(): void {
  let generation = 0;
  atomic.add<i32>(READY, 1);
  for (;;) {
    generation = nextCommand(generation);
    const operation = load<i32>(OPERATION);
    if (operation < 0) return;
    perform(operation);
    finished();
  }
}

/** Ends the other threads. Called by thread 0. */
export function stop(): void {
  begin(-1);
}
