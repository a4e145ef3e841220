// Threads, commands and scratch memory. All threads run this module over one shared memory; thread 0 is the one that
// called from JavaScript. A command is an operation number and up to 32 words of arguments; every thread runs it on its
// own share, and the command ends when all have finished.

/** Where the shared words lie: above the module's constants, below the heap, each on a cache line of its own. */
const CONTROL: usize = 49152;
/** Number of the current command. */
export const GENERATION: usize = CONTROL;
/** Threads (without thread 0) that have finished the current command. */
export const FINISHED: usize = CONTROL + 64;
/** Threads that sleep until the next command. */
export const SLEEPING: usize = CONTROL + 128;
/** 1 while thread 0 sleeps until the others have finished. */
export const WAITING: usize = CONTROL + 192;
/** Threads that are ready for commands. */
export const READY: usize = CONTROL + 256;
/** The operation; negative ends the threads. */
export const OPERATION: usize = CONTROL + 320;
/** Start of the scratch memory of thread 0, and bytes from thread to thread. */
export const SCRATCH: usize = CONTROL + 384;
/** The arguments of the command. */
export const ARGUMENTS: usize = CONTROL + 448;

/** Looks at a word before a thread goes to sleep: about a tenth of a millisecond. */
const SPINS: i32 = 60000;

/** This thread's number, and how many there are. Globals belong to an instance, so to a thread. */
export let thread: i32 = 0;
export let threads: i32 = 1;
/** This thread's own scratch memory. */
export let scratch: usize = 0;

export function initialize(number: i32, count: i32): void {
  thread = number;
  threads = count;
}

/** Finds this thread's scratch memory: it may have moved since the last command. */
// @ts-ignore: decorator
@inline
export function findScratch(): void {
  scratch = load<usize>(SCRATCH) + <usize>thread * load<usize>(SCRATCH, 4);
}

// @ts-ignore: decorator
@inline
export function argument(index: i32): i32 {
  return load<i32>(ARGUMENTS + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
export function address(index: i32): usize {
  return load<usize>(ARGUMENTS + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
export function number(index: i32): f32 {
  return load<f32>(ARGUMENTS + (<usize>index << 2));
}

/** The float at the address that an argument is; 1 when it is 0, as a factor. */
export function factorAt(index: i32): f32 {
  const p = address(index);
  return p ? load<f32>(p) : 1;
}

/** First of the `units` that this thread works on; its end is {@link shareEnd}. Shares are contiguous and fixed. */
export function shareStart(units: i32): i32 {
  return <i32>(<i64>units * <i64>thread / <i64>threads);
}

export function shareEnd(units: i32): i32 {
  return <i32>(<i64>units * <i64>(thread + 1) / <i64>threads);
}

/** Waits until the word is no longer `value`; sleeps, counted in `sleepers`, when that takes long. */
function waitWhile(word: usize, value: i32, sleepers: usize): void {
  for (let spin = 0; spin < SPINS; spin++) {
    if (atomic.load<i32>(word) != value) return;
  }
  atomic.add<i32>(sleepers, 1);
  while (atomic.load<i32>(word) == value) atomic.wait<i32>(word, value, -1);
  atomic.sub<i32>(sleepers, 1);
}

/** Called by thread 0 before its own share. */
export function begin(operation: i32): void {
  if (threads == 1) return;
  store<i32>(OPERATION, operation);
  atomic.store<i32>(FINISHED, 0);
  atomic.add<i32>(GENERATION, 1);
  if (atomic.load<i32>(SLEEPING) > 0) atomic.notify(GENERATION, -1);
}

/** Called by thread 0 after its own share. */
export function finish(): void {
  for (let done = atomic.load<i32>(FINISHED); done < threads - 1; done = atomic.load<i32>(FINISHED)) {
    waitWhile(FINISHED, done, WAITING);
  }
}

/** Called by the other threads: waits for the command after `generation` and gives its number. */
export function nextCommand(generation: i32): i32 {
  waitWhile(GENERATION, generation, SLEEPING);
  return atomic.load<i32>(GENERATION);
}

/** Called by the other threads after their share. */
export function finished(): void {
  atomic.add<i32>(FINISHED, 1);
  if (atomic.load<i32>(WAITING) > 0) atomic.notify(FINISHED, 1);
}
