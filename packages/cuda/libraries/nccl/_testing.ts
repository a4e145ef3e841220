import type { ProcessGroup } from "@beyond24/device";
import { createCudaDevice, RecordingDriver } from "../../mod.ts";
import { CudaDevice } from "../../cuda_device.ts";
import { addressOfTensor } from "../../memory/storage.ts";
import type { Communicator } from "./communicator.ts";
import { orderCollectives } from "./order_collectives.ts";

/** What the stream of the kernels is told where it waits: when it comes there is measured. */
export const join: readonly string[] = ["kernels record", "kernels wait"];

/** Writes down what streams, events and the communicator are told; events are done unless they are held back. */
export class StreamDriver extends RecordingDriver {
  readonly log: string[] = [];
  /** Events behind collectives are not done. */
  hangs = false;
  /** Nor are events on the stream of the kernels that are recorded from now on. */
  hangsBehind = false;
  /** What the clock of the GPU says at the next events. */
  milliseconds = 0;
  readonly #times = new Map<bigint, number>();
  readonly #names = new Map<bigint, string>();
  readonly #held = new Set<bigint>();

  override createStream(): bigint {
    const stream = super.createStream();
    this.#names.set(stream, "side");
    return stream;
  }
  override recordEvent(event: bigint, stream: bigint = this.stream): void {
    this.log.push(`${this.#names.get(stream) ?? "kernels"} record`);
    this.#held.delete(event);
    this.#times.set(event, this.milliseconds);
    if (stream === this.stream ? this.hangsBehind : this.hangs) this.#held.add(event);
  }
  override waitEvent(_event: bigint, stream: bigint = this.stream): void {
    this.log.push(`${this.#names.get(stream) ?? "kernels"} wait`);
  }
  override eventDone(event: bigint): boolean {
    return !this.#held.has(event);
  }
  override elapsedMilliseconds(start: bigint, end: bigint): number {
    return (this.#times.get(end) ?? NaN) - (this.#times.get(start) ?? NaN);
  }
  /** Graphs that are there. */
  graphs = 0;
  override endCapture(): bigint | undefined {
    const graph = super.endCapture();
    if (graph !== undefined) this.graphs++;
    return graph;
  }
  override destroyGraph(): void {
    this.graphs--;
  }
  override launch(...call: Parameters<RecordingDriver["launch"]>): void {
    super.launch(...call);
    this.log.push("kernel");
  }
  release(): void {
    this.hangs = this.hangsBehind = false;
    this.#held.clear();
  }
}

/** Rank 1 of 2, on a driver and a communicator that do nothing. */
export async function rank1of2({ timeout = 1000 } = {}) {
  const driver = new StreamDriver();
  const device = await createCudaDevice({ driver });
  if (!(device instanceof CudaDevice)) throw new Error("It has to be a CUDA device");
  const state: { error?: string } = {};
  const at = (address: bigint) => Number(address - base);
  const communicator: Communicator = {
    description: "NCCL",
    together: (enqueue) => {
      driver.log.push("(");
      enqueue();
      driver.log.push(")");
    },
    allReduce: ({ address, bytes }) => driver.log.push(`sum ${at(address)} ${bytes}`),
    reduceScatter: (source, { address, bytes }) => driver.log.push(`scatter ${at(source)} ${at(address)} ${bytes}`),
    allGather: ({ address, bytes }, target) => driver.log.push(`gather ${at(address)} ${bytes} ${at(target)}`),
    broadcast: ({ address, bytes }, root) => driver.log.push(`broadcast ${at(address)} ${bytes} ${root}`),
    asyncError: () => state.error,
    abort: () => {
      driver.log.push("abort");
      driver.release();
    },
  };
  const group: ProcessGroup = {
    rank: 1,
    size: 2,
    allReduce: (values) => Promise.resolve(values.forEach((value, i) => values[i] = 2 * value)),
    broadcast: () => Promise.resolve(),
    barrier: () => Promise.resolve(),
  };
  const tensor = device.tensor([4, 2], "f32");
  const base = addressOfTensor(tensor);
  const collectives = orderCollectives(device, group, communicator, timeout);
  driver.log.length = 0;
  return { device, driver, collectives, group, tensor, state };
}
