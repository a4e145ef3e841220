import { assertRejects } from "@std/assert";
import { ThreadPool } from "./thread_pool.ts";

Deno.test("ThreadPool.start fails when a thread cannot run the module", async () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  // An empty module: it has none of the exports that a thread calls.
  const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  const ready = new Int32Array(memory.buffer, 0, 1);
  await assertRejects(() => ThreadPool.start({ module, memory, threads: 2, blas: undefined }, ready));
});
