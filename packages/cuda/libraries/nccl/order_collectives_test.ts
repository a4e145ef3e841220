import { assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { DeviceLostError, DeviceUnavailableError, type ProcessGroup, type Tensor } from "@beyond24/device";
import type { Parameter } from "@beyond24/autograd";
import { AdamW } from "@beyond24/optimizer";
import { modelPresets } from "@beyond24/recipe";
import { createTokenBatch, createTransformer, forwardBackward, transformerParameters } from "@beyond24/transformer";
import { createCudaDevice, cudaCollectives, RecordingDriver } from "../../mod.ts";
import { CudaDevice } from "../../cuda_device.ts";
import { addressOfTensor } from "../../memory/storage.ts";
import { checkGpus } from "./check_gpus.ts";
import type { Communicator } from "./communicator.ts";
import { openNccl } from "./open_nccl.ts";
import { orderCollectives } from "./order_collectives.ts";

/** What the stream of the kernels is told where it waits: when it comes there is measured. */
const join = ["kernels record", "kernels wait"];

/** Writes down what streams, events and the communicator are told; events are done unless they are held back. */
class StreamDriver extends RecordingDriver {
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

async function rank1of2({ timeout = 1000 } = {}) {
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

Deno.test("a collective has a stream of its own, behind the kernels before it, before those after it", async () => {
  const { device, driver, collectives, tensor } = await rank1of2();
  const add = () => device.kernels.add({ a: tensor, b: tensor, out: tensor });
  add();
  const reduced = collectives.allReduce([tensor, tensor]);
  add(); // beside it
  await reduced;
  add();
  const call = ["kernels record", "side wait", "(", "sum 0 32", "sum 0 32", ")", "side record"];
  assertEquals(driver.log, ["kernel", ...call, "kernel", ...join, "kernel"]);
});

Deno.test("parts are those of the rank, in bytes of the type", async () => {
  const { device, driver, collectives, tensor } = await rank1of2();
  await collectives.reduceScatter([tensor]);
  await collectives.allGather([tensor]);
  const view: Tensor = { ...tensor, shape: [2], offset: 3 };
  await collectives.broadcast([view], 1);
  const half = device.tensor([8], "bf16");
  await collectives.allGather([{ ...half, storage: tensor.storage }]);
  const calls = driver.log.filter((line) => /\d/.test(line));
  assertEquals(calls, ["scatter 0 16 16", "gather 16 16 0", "broadcast 12 8 1", "gather 8 8 0"]);
});

Deno.test("nothing to do enqueues nothing, and what cannot be done is refused before", async () => {
  const { device, driver, collectives, tensor } = await rank1of2();
  await collectives.allReduce([]);
  await collectives.allGather([{ ...tensor, shape: [0] }]);
  const odd: Tensor = { ...tensor, shape: [3] };
  await assertRejects(() => collectives.reduceScatter([odd]), RangeError, "Cannot cut 3 elements");
  await assertRejects(() => collectives.allReduce([device.tensor([2], "bf16")]), TypeError, "they are bf16");
  assertEquals(driver.log, []);
  assertEquals(await collectives.sum([1, 2.5]), [2, 5]);
});

Deno.test("a collective inside of a recording is refused, and between replays it runs", async () => {
  const { device, driver, collectives, tensor } = await rank1of2();
  let refused: unknown;
  const step = (inside: boolean) =>
    device.replay("step", () => {
      device.kernels.add({ a: tensor, b: tensor, out: tensor });
      if (inside) collectives.allReduce([tensor]).catch((error: unknown) => refused = error);
    });
  step(false); // runs only
  step(true); // records
  await collectives.barrier();
  assertStringIncludes(String(refused), "Cannot call allReduce as a step is being recorded");
  step(false);
  await collectives.allReduce([tensor]);
  step(false);
  const from = driver.calls.indexOf("beginCapture");
  assertEquals(driver.calls.slice(from), ["beginCapture", "endCapture", "launchGraph", "launchGraph", "launchGraph"]);
});

Deno.test("the queue cuts a recorded unit where it is called, and runs beside the kernels in every replay", async () => {
  const { device, driver, collectives: { queue }, tensor } = await rank1of2();
  const add = () => device.kernels.add({ a: tensor, b: tensor, out: tensor });
  const step = () =>
    device.replay("step", () => {
      add();
      queue?.reduceScatter([tensor]);
      queue?.allReduce([]);
      add();
      queue?.allGather([tensor]);
      add();
      queue?.join();
      queue?.join();
      add();
    });
  const call = (what: string) => ["kernels record", "side wait", "(", what, ")", "side record"];
  step(); // runs only
  const expected = ["kernel", ...call("scatter 0 16 16"), "kernel", ...call("gather 16 16 0"), "kernel"];
  assertEquals(driver.log.splice(0), [...expected, ...join, "kernel"]);
  const from = driver.calls.length;
  step(); // records: kernels are captured, and nobody else is called until the graphs are launched
  const captures = ["beginCapture", "endCapture"];
  const graphs = new Array(4).fill("launchGraph"); // between the last two calls nothing is recorded
  assertEquals(driver.calls.splice(from), [...new Array(5).fill(captures).flat(), ...graphs]);
  const replayed = [...call("scatter 0 16 16"), ...call("gather 16 16 0"), ...join];
  assertEquals(driver.log.splice(0), ["kernel", "kernel", "kernel", "kernel", ...replayed]);
  step();
  assertEquals([driver.calls.splice(from), driver.log], [graphs, replayed]);
});

Deno.test("a recorded training step sends gradients in each layer, waits for them, and sends the weights", async () => {
  const { device, driver, collectives, tensor } = await rank1of2();
  device.free(tensor);
  const share = { rank: 1, size: 2, isSharded: true };
  const model = createTransformer(device, { shape: modelPresets.tiny }, 1, share);
  const optimizer = new AdamW(device, transformerParameters(model), {}, { key: "step", collectives });
  const batch = createTokenBatch(device, 1, 8);
  const arena = device.arena();
  const step = async (): Promise<string[]> => {
    driver.log.length = 0;
    device.replay("pass", () => {
      const onGradients = (complete: readonly Parameter[]) => optimizer.sumGradients(complete);
      forwardBackward(model, batch, { mode: "dense", arena, onGradients });
      arena.reset();
      optimizer.joinGradients();
    });
    await optimizer.step(1e-3);
    return driver.log.flatMap((line) =>
      line === "kernels wait" ? ["wait"] : /^(sum|scatter|gather|\()/.exec(line)?.[1] ?? []
    );
  };
  const alone = await step(); // runs only
  const groups = alone.join(" ").split("( ").filter((group) => group !== "");
  const parameters = transformerParameters(model).length;
  assertEquals(groups.length, modelPresets.tiny.layers + 1 + 1 + 1, "a layer each, the rest, the norm, the weights");
  assertEquals(alone.filter((call) => call === "scatter").length, parameters, "each gradient once");
  assertMatch(groups.at(-3) ?? "", /^(scatter )+wait $/, "the norm is that of all sums");
  assertEquals(groups.at(-2), "sum wait ");
  assertMatch(groups.at(-1) ?? "", /^(gather )+wait$/);
  assertEquals(await step(), alone, "recorded and launched");
  assertEquals(await step(), alone, "launched again");
});

Deno.test("what the queue cannot do is refused where it is called, and the recording is given up", async () => {
  const { device, driver, collectives: { queue }, tensor } = await rank1of2();
  const odd: Tensor = { ...tensor, shape: [3] };
  const step = (last: () => void) =>
    device.replay("step", () => {
      device.kernels.add({ a: tensor, b: tensor, out: tensor });
      queue?.allReduce([tensor]);
      last();
    });
  step(() => {});
  assertThrows(() => step(() => queue?.reduceScatter([odd])), RangeError, "Cannot cut 3 elements");
  assertEquals(driver.graphs, 0);
  step(() => queue?.join()); // the unit can be recorded again
  assertEquals(driver.graphs, 1, "nothing is recorded behind allReduce");
  device.dispose();
  assertEquals(driver.graphs, 0);
});

Deno.test("a rank that waits in vain for a call of the queue is told so by the next one, and by every wait", async () => {
  const { device, driver, collectives, tensor } = await rank1of2({ timeout: 30 });
  const step = () => device.replay("step", () => collectives.queue?.allReduce([tensor]));
  step(); // runs only
  driver.hangs = true;
  step(); // records
  driver.hangsBehind = true;
  const message = "another rank does not answer: rank 1 waits in allReduce for 0.03 seconds";
  await assertRejects(() => device.synchronize(), DeviceLostError, message);
  assertThrows(step, DeviceLostError, message);
});

Deno.test("a rank that waits in vain is told so wherever it waits, and the communicator is aborted", async () => {
  const { device, driver, collectives, tensor } = await rank1of2({ timeout: 30 });
  driver.hangs = true;
  await collectives.broadcast([tensor], 0);
  driver.hangsBehind = true;
  const message = "another rank does not answer: rank 1 waits in broadcast for 0.03 seconds";
  await assertRejects(() => device.synchronize(), DeviceLostError, message);
  await assertRejects(() => collectives.allReduce([tensor]), DeviceLostError, message);
  assertEquals(driver.log.filter((line) => line === "abort").length, 1);
  device.dispose();
  assertEquals(driver.allocatedBytes, 0);
});

Deno.test("time that kernels waited for collectives is told once, and none where they came later", async () => {
  const { driver, collectives: { queue, takeWaited }, tensor } = await rank1of2();
  if (queue === undefined || takeWaited === undefined) throw new Error("it has to have both");
  /** A call that is done at a time, and kernels that come to where they wait for it at another. */
  const call = (done: number, joined: number) => {
    driver.milliseconds = done;
    queue.allReduce([tensor]);
    driver.milliseconds = joined;
    queue.join();
  };
  call(7, 5);
  call(20, 30); // hidden
  assertEquals([takeWaited(), takeWaited()], [2, 0]);
  call(41, 40);
  queue.join(); // nothing new to wait for
  call(60, 52);
  assertEquals(takeWaited(), 9);
  driver.hangsBehind = true;
  call(61, 70); // the call is done before the kernels come
  driver.hangsBehind = false;
  assertEquals(takeWaited(), 0);
  driver.hangs = true;
  call(90, 80); // not done yet
  assertEquals(takeWaited(), 0);
  driver.release();
  assertEquals(takeWaited(), 10);
});

Deno.test("kernels before a collective may take as long as they want", async () => {
  const { device, driver, collectives, tensor } = await rank1of2({ timeout: 30 });
  driver.hangsBehind = true;
  await collectives.allReduce([tensor]);
  setTimeout(() => driver.release(), 100);
  await device.synchronize();
  await collectives.allReduce([tensor]);
  assertEquals(driver.log.includes("abort"), false);
});

Deno.test("an error of NCCL ends every wait and every call", async () => {
  const { driver, collectives, tensor, state } = await rank1of2();
  state.error = "NCCL error 6 (remote process exited)";
  await assertRejects(() => collectives.allReduce([tensor]), DeviceLostError, "remote process exited");
  delete state.error;
  await assertRejects(() => collectives.sum([1]), DeviceLostError, "resume from the last checkpoint");
  assertEquals(driver.log, ["abort"]);
});

Deno.test("two ranks on one GPU are named", async () => {
  const uuid = "000000010000000200000003ffffffff";
  const group = (others: readonly number[]): ProcessGroup => ({
    rank: 1,
    size: 3,
    allReduce: (values) => Promise.resolve(others.forEach((value, i) => values[i] = (values[i] ?? 0) + value)),
    broadcast: () => Promise.resolve(),
    barrier: () => Promise.resolve(),
  });
  const [first, same] = [[1, 2, 3, 4], [1, 2, 3, 0xffffffff]];
  await checkGpus(uuid, group([...first, 0, 0, 0, 0, 9, 9, 9, 9]));
  const shared = group([...first, 0, 0, 0, 0, ...same]);
  await assertRejects(() => checkGpus(uuid, shared), DeviceUnavailableError, "ranks 1 and 2 have the same one");
});

Deno.test("a missing library is named, with the folders and what has it", async () => {
  const error = assertThrows(() => openNccl(["/nowhere", "/nothing"]), DeviceUnavailableError);
  assertStringIncludes(error.message, "libnccl.so.2 was looked for in /nowhere, /nothing; install it");
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/libnccl.so.2`, "no library");
  const broken = assertThrows(() => openNccl([folder]), DeviceUnavailableError);
  await Deno.remove(folder, { recursive: true });
  assertMatch(
    broken.message,
    /NCCL does not open: .*libnccl\.so\.2: .*install it again \(pip install nvidia-nccl-cu13/,
  );
  const { createReferenceDevice } = await import("@beyond24/cpu");
  const { group } = await rank1of2();
  await assertRejects(() => cudaCollectives(createReferenceDevice(), group), TypeError, "current value is reference");
});
