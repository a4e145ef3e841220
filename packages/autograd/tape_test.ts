import { assert, assertEquals, assertThrows } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import { checkGradients, floatsOf, randomValues, tensorOf } from "./_testing.ts";
import { add } from "./add.ts";
import { linear } from "./linear.ts";
import { createParameter } from "./create_parameter.ts";
import { writeParameter } from "./write_parameter.ts";
import { rmsNorm } from "./rms_norm.ts";
import { Tape } from "./tape.ts";

function setUp() {
  const device = createReferenceDevice();
  const weight = createParameter(device, "weight", [3, 3]);
  writeParameter(device, weight, randomValues(9, 1));
  return { device, weight, x: tensorOf(device, [2, 3], randomValues(6, 2)) };
}

Deno.test("Tape: a gradient that two branches share is not changed under either of them", async () => {
  // The first branch of the last sum is read by a later function, whose backward half runs before the second branch's.
  await checkGradients({
    inputs: [[2, 3]],
    parameters: [[3, 3], [3]],
    run: (tape, [x], [weight, gain]) => {
      if (x === undefined || weight === undefined || gain === undefined) throw new Error("missing");
      const b = linear(tape, x, weight);
      const z = rmsNorm(tape, x, gain, 1e-5);
      return add(tape, add(tape, x, b), add(tape, z, b));
    },
  });
});

Deno.test("Tape: later micro-batches add to the gradients of parameters, the first one replaces them", async () => {
  const { device, weight, x } = setUp();
  const run = (accumulate: boolean) => {
    const arena = device.arena();
    const tape = new Tape(device, arena, { accumulate });
    const y = linear(tape, tape.input(x), weight);
    const ones = tape.tensor([2, 3]);
    device.kernels.fill({ out: ones, value: 1 });
    tape.addGradient(y, ones);
    tape.backward();
    arena.dispose();
    return floatsOf(device, weight.gradient);
  };
  const once = await run(false);
  assertEquals(await run(true), once.map((value) => 2 * value));
  assertEquals(await run(false), once);
});

Deno.test("Tape: functions whose result nobody uses leave no gradient and no memory in use", () => {
  const { device, weight, x } = setUp();
  const arena = device.arena();
  const tape = new Tape(device, arena);
  const input = tape.input(x);
  const unused = linear(tape, input, weight);
  tape.backward();
  assertEquals(input.gradient, undefined);
  const next = tape.tensor([2, 3]);
  assert(next.storage === unused.value.storage, "the value of the unused result is recycled");
});

Deno.test("Tape: memory returns to what it was when the arena is disposed", () => {
  const { device, weight, x } = setUp();
  const before = device.liveBytes;
  const arena = device.arena();
  const sizes: number[] = [];
  for (let step = 0; step < 3; step++) {
    const tape = new Tape(device, arena);
    const y = linear(tape, tape.input(x), weight);
    tape.addGradient(y, tape.tensor([2, 3]));
    tape.backward();
    arena.reset();
    sizes.push(device.liveBytes);
  }
  assertEquals(new Set(sizes).size, 1);
  arena.dispose();
  assertEquals(device.liveBytes, before);
});

Deno.test("Tape: nothing is recorded without recording, and what was saved is given back at once", () => {
  const { device, weight, x } = setUp();
  const tape = new Tape(device, device.arena(), { recording: false });
  const input = tape.input(x);
  const y = linear(tape, input, weight);
  tape.addGradient(y, tape.tensor([2, 3]));
  tape.backward();
  assertEquals(input.gradient, undefined);
  const saved = tape.tensor([5]);
  tape.record({ outputs: [], saved: [saved], backward: () => assert(false, "must not run") });
  assert(tape.tensor([5]).storage === saved.storage);
  tape.backward();
});

Deno.test("Tape: what is computed again has the gradients of what is kept, beside another reader of its input", async () => {
  for (const recompute of [false, true]) {
    await checkGradients({
      inputs: [[2, 3]],
      parameters: [[3, 3], [3]],
      run: (tape, [x], [weight, gain]) => {
        if (x === undefined || weight === undefined || gain === undefined) throw new Error("missing");
        const run = (tape: Tape) => add(tape, x, linear(tape, rmsNorm(tape, x, gain, 1e-5), weight));
        const y = recompute ? tape.recompute(run) : run(tape);
        return add(tape, y, linear(tape, x, weight));
      },
    });
  }
});

Deno.test("Tape: only the result of what is computed again stays, also where nothing is recorded", () => {
  const { device, weight, x } = setUp();
  for (const recording of [true, false]) {
    const arena = device.arena();
    const tape = new Tape(device, arena, { recording });
    const input = tape.input(x);
    const before = device.liveBytes;
    const results = [1, 2, 3].map(() =>
      tape.recompute((tape) => linear(tape, linear(tape, linear(tape, input, weight), weight), weight))
    );
    assertEquals(new Set(results.map(({ value }) => value.storage)).size, 3, "no result is overwritten");
    assertEquals(device.liveBytes - before, 5 * 6 * 4, "three results, and what lies before one");
    arena.dispose();
  }
});

Deno.test("Tape: parameters are announced once, where the backward pass has all of their gradients", () => {
  const { device, weight: first, x } = setUp();
  const [second, unused] = [createParameter(device, "second", [3, 3]), createParameter(device, "unused", [3, 3])];
  const told: string[][] = [];
  const tape = new Tape(device, device.arena(), { onGradients: (all) => told.push(all.map(({ name }) => name)) });
  const input = tape.input(x);
  const y = linear(tape, input, first);
  tape.announceGradients();
  const z = linear(tape, linear(tape, y, second), second);
  tape.announceGradients();
  linear(tape, input, unused);
  tape.addGradient(z, tape.tensor([2, 3]));
  tape.backward();
  assertEquals(told, [["second"], ["weight"]]);
});

Deno.test("Tape: a gradient that is added to behind its announcement is an error, as somebody may have sent it", () => {
  const { device, weight, x } = setUp();
  const tape = new Tape(device, device.arena(), { onGradients: () => {} });
  const y = linear(tape, tape.input(x), weight);
  tape.announceGradients();
  tape.addGradient(linear(tape, y, weight), tape.tensor([2, 3]));
  assertThrows(() => tape.backward(), Error, "said to be complete: it is that of weight");
});
