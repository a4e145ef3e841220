import { assert, assertEquals } from "@std/assert";
import { compileKernelModule } from "./kernel_module.ts";
import { Machine } from "./machine.ts";

/** The shared word that tells threads of a command: `GENERATION` of `kernels/runtime.as`. */
const GENERATION = 49152;

Deno.test("what ends before other threads would have woken does not wake them", async () => {
  const machine = new Machine(compileKernelModule(), undefined);
  await machine.startThreads(2);
  const commands = () => Atomics.load(machine.integers(GENERATION, 1), 0);
  const count = 2 ** 16;
  const [x, out] = [machine.memory.allocate(4 * count), machine.memory.allocate(4 * count)];
  machine.floats(x, count).fill(3);
  const before = commands();
  machine.runShort(8 * 64, "squaredRelu", x, out, 64);
  assertEquals(commands(), before);
  assert(machine.floats(out, 64).every((value) => value === 9), "one thread takes all of it");
  machine.runShort(8 * count, "squaredRelu", x, out, count);
  assertEquals(commands(), before + 1);
  assert(machine.floats(out, count).every((value) => value === 9));
  machine.dispose();
});
