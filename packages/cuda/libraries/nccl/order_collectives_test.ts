import { assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { DeviceLostError, DeviceUnavailableError, type ProcessGroup, type Tensor } from "@beyond24/device";
import { cudaCollectives } from "../../mod.ts";
import { join, rank1of2 } from "./_testing.ts";
import { checkGpus } from "./check_gpus.ts";
import { openNccl } from "./open_nccl.ts";

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
