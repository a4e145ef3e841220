import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CpuStorage } from "./cpu_storage.ts";
import { SharedMemory } from "./shared_memory.ts";
import { StepArena, type StorageSource } from "./step_arena.ts";

class CountingSource implements StorageSource {
  readonly memory: SharedMemory = new SharedMemory();
  bytes = 0;

  take(bytes: number): CpuStorage {
    this.bytes += bytes;
    return new CpuStorage(this.memory, this.memory.allocate(bytes), bytes);
  }

  release(storage: CpuStorage): void {
    this.bytes -= storage.bytes;
    this.memory.release(storage.address, storage.bytes);
  }
}

Deno.test("what a whole step did not use goes back to the device", () => {
  const source = new CountingSource();
  const arena = new StepArena(source);
  arena.tensor([1000], "f32");
  arena.reset();
  assertEquals(source.bytes, 4000);
  const kept = arena.tensor([10], "f32");
  arena.reset();
  assertEquals(source.bytes, 40);
  assertEquals(arena.tensor([10], "f32").storage, kept.storage);
  arena.dispose();
  assertEquals(source.bytes, 0);
});

Deno.test("recycled memory is taken again within a step, other memory is not", () => {
  const arena = new StepArena(new CountingSource());
  const first = arena.tensor([10], "f32");
  const second = arena.tensor([10], "f32");
  assertNotEquals(first.storage, second.storage);
  arena.recycle(first);
  assertEquals(arena.tensor([5, 2], "i32").storage, first.storage);
});

Deno.test("a tensor is recycled once, and in its own arena", () => {
  const source = new CountingSource();
  const [arena, other] = [new StepArena(source), new StepArena(source)];
  const tensor = arena.tensor([10], "f32");
  arena.recycle(tensor);
  assertThrows(() => arena.recycle(tensor), TypeError, "recycle every tensor once");
  assertThrows(() => other.recycle(arena.tensor([10], "f32")), TypeError, "recycle every tensor once");
});
