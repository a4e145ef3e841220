import { type Collectives, soloCollectives } from "@beyond24/device";
import { inProcessCollectives, runCollectivesContract } from "@beyond24/device/contract";
import { assertRejects } from "@std/assert";
import { createReferenceDevice } from "./reference_device.ts";

/** Runs the contract in all ranks at the same time. */
async function runRanks(size: number, change: (collectives: Collectives) => Collectives): Promise<void> {
  const devices = Array.from({ length: size }, () => createReferenceDevice());
  await Promise.all(
    inProcessCollectives(devices).map(async (collectives, rank) => {
      const tests: (() => Promise<void>)[] = [];
      const device = devices[rank] ?? createReferenceDevice();
      const test = (_: string, run: () => Promise<void>) => tests.push(run);
      runCollectivesContract({ name: "rank", device, collectives: change(collectives), test });
      for (const run of tests) await run();
    }),
  );
}

runCollectivesContract({
  name: "solo",
  device: createReferenceDevice(),
  collectives: soloCollectives,
  test: (name, run) => Deno.test(name, run),
});

const nothing = () => {};
runCollectivesContract({
  name: "solo with a queue",
  device: createReferenceDevice(),
  collectives: {
    ...soloCollectives,
    queue: { allReduce: nothing, reduceScatter: nothing, allGather: nothing, join: nothing },
  },
  test: (name, run) => Deno.test(name, run),
});

for (const size of [1, 2, 3]) {
  Deno.test(`collectives of ${size} ranks in one process keep the contract`, async () => {
    await runRanks(size, (collectives) => collectives);
  });
}

Deno.test("the contract catches collectives that do too little", async () => {
  const tooLittle = () => Promise.resolve();
  for (const name of ["allReduce", "reduceScatter", "allGather", "broadcast"] as const) {
    await assertRejects(
      () => runRanks(2, (collectives) => ({ ...collectives, [name]: tooLittle })),
      Error,
      "should be",
    );
  }
});
