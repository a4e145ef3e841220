import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import type { Parameter } from "@beyond24/autograd";
import { DeviceLostError, type Tensor } from "@beyond24/device";
import { AdamW } from "@beyond24/optimizer";
import { modelPresets } from "@beyond24/recipe";
import { createTokenBatch, createTransformer, forwardBackward, transformerParameters } from "@beyond24/transformer";
import { join, rank1of2 } from "./_testing.ts";

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
