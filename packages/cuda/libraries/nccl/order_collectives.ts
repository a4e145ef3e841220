import {
  BYTES_PER_ELEMENT,
  type CollectiveQueue,
  type Collectives,
  elementCount,
  type ProcessGroup,
  type Tensor,
} from "@beyond24/device";
import type { CudaDevice } from "../../cuda_device.ts";
import { addressOfTensor } from "../../memory/storage.ts";
import type { Communicator, DeviceBytes } from "./communicator.ts";
import { Watchdog } from "./watchdog.ts";

/**
 * Orders the work of a communicator, on a stream of its own, with the kernels of a device: it begins behind those that
 * were launched before a call, and those launched behind its promise, or behind the next `join` of the queue, wait for
 * it on the GPU. The host never waits, and kernels that are launched in between run beside it.
 *
 * The collectives end with the device.
 */
export function orderCollectives(
  device: CudaDevice,
  group: ProcessGroup,
  communicator: Communicator,
  timeout: number,
): Collectives {
  const { rank, size } = group;
  const { driver } = device;
  const stream = driver.createStream();
  const watchdog = new Watchdog(driver, communicator, { rank, timeout });
  device.companions.add({
    check: () => watchdog.check(),
    dispose: () => {
      communicator.abort(); // waits for nobody
      watchdog.dispose();
      driver.destroyStream(stream);
    },
  });

  /** Behind the last call, on the stream of the collectives. */
  let last: bigint | undefined;
  const begin = (name: string, memory: readonly DeviceBytes[], enqueue: (memory: DeviceBytes) => void) => {
    watchdog.check();
    const { ready, done } = watchdog.events();
    driver.recordEvent(ready);
    driver.waitEvent(ready, stream);
    communicator.together(() => memory.forEach(enqueue));
    driver.recordEvent(done, stream);
    watchdog.add({ name, ready, done });
    last = done;
  };
  /** Lets the kernels behind it wait for all calls so far. */
  const join = () => {
    if (last === undefined) return;
    watchdog.join();
    driver.waitEvent(last);
    last = undefined;
  };
  /** Runs up to its `await` at once. */
  const ordered = async (name: string, tensors: readonly Tensor[], enqueue: (memory: DeviceBytes) => void) => {
    if (device.isRecording) {
      throw new Error(
        `Cannot call ${name} as a step is being recorded: current value is a call inside replay; use the queue`,
      );
    }
    const memory = memoryOf(tensors);
    if (memory.length === 0) return watchdog.check();
    begin(name, memory, enqueue);
    await Promise.resolve();
    join();
  };
  /** Runs beside the kernels, in every replay of the unit that it is called in. */
  const queued = (name: string, tensors: readonly Tensor[], enqueue: (memory: DeviceBytes) => void) => {
    const memory = memoryOf(tensors);
    if (memory.length > 0) device.callHost(() => begin(name, memory, enqueue));
  };
  /** This rank's part. */
  const part = ({ address, bytes }: DeviceBytes): DeviceBytes => ({
    address: address + BigInt(rank * bytes / size),
    bytes: bytes / size,
  });
  const allReduce = (memory: DeviceBytes) => communicator.allReduce(memory, stream);
  const reduceScatter = (memory: DeviceBytes) => communicator.reduceScatter(memory.address, part(memory), stream);
  const allGather = (memory: DeviceBytes) => communicator.allGather(part(memory), memory.address, stream);
  const queue: CollectiveQueue = {
    allReduce(tensors) {
      checkFloats(tensors);
      queued("allReduce", tensors, allReduce);
    },
    reduceScatter(tensors) {
      checkFloats(tensors);
      checkParts(tensors, size);
      queued("reduceScatter", tensors, reduceScatter);
    },
    allGather(tensors) {
      checkParts(tensors, size);
      queued("allGather", tensors, allGather);
    },
    join: () => device.callHost(join),
  };
  return {
    rank,
    size,
    description: communicator.description,
    queue,
    takeWaited: () => watchdog.takeWaited(),
    async allReduce(tensors) {
      checkFloats(tensors);
      await ordered("allReduce", tensors, allReduce);
    },
    async reduceScatter(tensors) {
      checkFloats(tensors);
      checkParts(tensors, size);
      await ordered("reduceScatter", tensors, reduceScatter);
    },
    async allGather(tensors) {
      checkParts(tensors, size);
      await ordered("allGather", tensors, allGather);
    },
    async broadcast(tensors, root) {
      await ordered("broadcast", tensors, (memory) => communicator.broadcast(memory, root, stream));
    },
    async sum(numbers) {
      watchdog.check();
      const sums = Float64Array.from(numbers);
      await group.allReduce(sums);
      return [...sums];
    },
    async barrier() {
      watchdog.check();
      await group.barrier();
    },
  };
}

/** Where tensors lie that have elements. */
function memoryOf(tensors: readonly Tensor[]): DeviceBytes[] {
  return tensors.map((tensor) => ({
    address: addressOfTensor(tensor),
    bytes: elementCount(tensor.shape) * BYTES_PER_ELEMENT[tensor.dtype],
  })).filter(({ bytes }) => bytes > 0);
}

function checkFloats(tensors: readonly Tensor[]): void {
  const other = tensors.find(({ dtype }) => dtype !== "f32");
  if (other === undefined) return;
  throw new TypeError(`Cannot sum a tensor as its elements must be f32: they are ${other.dtype}`);
}

function checkParts(tensors: readonly Tensor[], size: number): void {
  const other = tensors.find(({ shape }) => elementCount(shape) % size !== 0);
  if (other === undefined) return;
  throw new RangeError(
    `Cannot cut ${
      elementCount(other.shape)
    } elements as they must make ${size} equal parts: the shape is [${other.shape}]`,
  );
}
