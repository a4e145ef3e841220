import { DeviceLostError } from "@beyond24/device";
import type { Driver } from "../../driver/driver.ts";
import type { Communicator } from "./communicator.ts";

/** A call of this rank that the GPU may still be at. */
interface Pending {
  readonly name: string;
  /** Before it, on the stream of the kernels. */
  readonly ready: bigint;
  /** Behind it, on the stream of the collectives. */
  readonly done: bigint;
  /** Where the stream of the kernels begins to wait for it. */
  joined?: bigint;
  /** When the kernels before it were seen to be done: from then on it waits for other ranks. */
  since?: number;
}

/** What the watchdog is told. */
export interface WatchdogOptions {
  /** This rank, for messages. */
  readonly rank: number;
  /** Milliseconds that a call may wait for other ranks. */
  readonly timeout: number;
}

/**
 * Finds out whether a collective fails or waits in vain for a rank that hangs or is gone, which no GPU would ever say.
 */
export class Watchdog {
  readonly #driver: Driver;
  readonly #communicator: Communicator;
  readonly #options: WatchdogOptions;
  readonly #pending: Pending[] = [];
  readonly #idle: bigint[] = [];
  #failure: DeviceLostError | undefined;
  #waited = 0;

  constructor(driver: Driver, communicator: Communicator, options: WatchdogOptions) {
    this.#driver = driver;
    this.#communicator = communicator;
    this.#options = options;
  }

  /** The events of the next call. */
  events(): { ready: bigint; done: bigint } {
    const next = () => this.#idle.pop() ?? this.#driver.createEvent();
    return { ready: next(), done: next() };
  }

  /** Watches a call whose events are recorded. */
  add(call: { readonly name: string; readonly ready: bigint; readonly done: bigint }): void {
    this.#pending.push({ ...call });
  }

  /** Marks the place where the kernels wait for the last call. */
  join(): void {
    const last = this.#pending.at(-1);
    if (last === undefined) return;
    last.joined ??= this.#idle.pop() ?? this.#driver.createEvent();
    this.#driver.recordEvent(last.joined);
  }

  /** Milliseconds that the kernels waited for calls which were done since the last time. */
  takeWaited(): number {
    this.#forgetDone();
    const milliseconds = this.#waited;
    this.#waited = 0;
    return milliseconds;
  }

  /**
   * Looks at the oldest call.
   *
   * @throws {DeviceLostError} If it failed or waited for too long; and from then on
   */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#forgetDone();
    const error = this.#communicator.asyncError();
    if (error !== undefined) this.#fail(`another rank failed or cannot be reached: ${error}`);
    const [first] = this.#pending;
    if (first === undefined || !this.#driver.eventDone(first.ready)) return;
    const { rank, timeout } = this.#options;
    first.since ??= performance.now();
    if (performance.now() - first.since < timeout) return;
    this.#fail(`another rank does not answer: rank ${rank} waits in ${first.name} for ${timeout / 1000} seconds`);
  }

  /** Frees the events. */
  dispose(): void {
    const pending = this.#pending.splice(0).flatMap(eventsOf);
    for (const event of [...pending, ...this.#idle.splice(0)]) this.#driver.destroyEvent(event);
  }

  #forgetDone(): void {
    for (
      let [first] = this.#pending;
      first !== undefined && this.#driver.eventDone(first.done);
      [first] = this.#pending
    ) {
      this.#pending.shift();
      this.#waited += this.#waitOf(first);
      this.#idle.push(...eventsOf(first));
    }
  }

  /** Kernels that have not come to where they would wait, or come later, find it done. */
  #waitOf({ joined, done }: Pending): number {
    if (joined === undefined || !this.#driver.eventDone(joined)) return 0;
    return Math.max(0, this.#driver.elapsedMilliseconds(joined, done));
  }

  #fail(reason: string): never {
    this.#communicator.abort(); // or the GPU, and whoever waits for it, would hang
    this.#failure = new DeviceLostError(`Cannot go on as ${reason}; resume from the last checkpoint`);
    throw this.#failure;
  }
}

function eventsOf({ ready, done, joined }: Pending): bigint[] {
  return joined === undefined ? [ready, done] : [ready, done, joined];
}
