import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import type { Tensor } from "@beyond24/device";
import { GpuStorage } from "./_gpu_storage.ts";
import { kernelSource, planBuffers } from "./_kernel_source.ts";
import { type Launch, reads, writes } from "./_launch.ts";
import { part } from "./_wgsl.ts";

/** A tensor in a buffer that is never touched. */
function tensorIn(id: number, dtype: "f32" | "f16" | "i32" = "f32", offset = 0): Tensor {
  return { shape: [8], dtype, storage: new GpuStorage({} as GPUBuffer, id, 32), offset };
}

function launchOf(tensors: Launch["tensors"], rest: Partial<Launch> = {}): Launch {
  return { kernel: "test", text: ["fn main() {}"], tensors, workgroups: [1, 1, 1], ...rest };
}

function textOf(launch: Launch): string {
  return kernelSource(launch, planBuffers(launch));
}

Deno.test("tensors of one buffer share a binding, which is writable when one of them is written", () => {
  const plan = planBuffers(launchOf({ a: reads(tensorIn(1)), b: reads(tensorIn(2)), out: writes(tensorIn(1)) }));
  assertEquals(plan.slots.map(([name, , slot]) => [name, slot]), [["a", 0], ["b", 1], ["out", 0]]);
  assertEquals(plan.access, ["write", "read"]);
});

Deno.test("the key tells apart what the text depends on, and nothing else", () => {
  const key = (launch: Launch) => planBuffers(launch).key;
  const base = key(launchOf({ a: reads(tensorIn(1)), out: writes(tensorIn(2)) }));
  assertEquals(key(launchOf({ a: reads(tensorIn(7, "f32", 3)), out: writes(tensorIn(8)) })), base);
  const others = [
    launchOf({ a: reads(tensorIn(1)), out: writes(tensorIn(1)) }),
    launchOf({ a: reads(tensorIn(1, "f16")), out: writes(tensorIn(2)) }),
    launchOf({ a: reads(tensorIn(1), "vector"), out: writes(tensorIn(2)) }),
    launchOf({ a: reads(tensorIn(1)), out: writes(tensorIn(2)) }, { text: [part(() => "fn main() {}", { ROWS: 4 })] }),
    launchOf({ a: reads(tensorIn(1)), out: writes(tensorIn(2)) }, { kernel: "other" }),
  ].map(key);
  assertEquals(new Set([base, ...others]).size, 6);
});

Deno.test("only what is written can be stored, and halves are asked for where they are used", () => {
  const text = textOf(launchOf({ a: reads(tensorIn(1)), out: writes(tensorIn(2)) }));
  assertFalse(text.includes("store_a"));
  assertStringIncludes(text, "fn store_out(i: u32, value: f32)");
  assertStringIncludes(text, "var<storage, read> buffer0: array<f32>");
  assertFalse(text.includes("enable f16"));
  const half = launchOf({ a: reads(tensorIn(1, "f16")) }, { extensions: ["subgroups"] });
  assert(textOf(half).startsWith("enable f16;\nenable subgroups;\nstruct"));
});

Deno.test("arguments come in the order in which they are written: offsets, integers, floats", () => {
  const text = textOf(launchOf({ x: reads(tensorIn(1)) }, { floats: { scale: 2 }, integers: { count: 3 } }));
  const args = text.slice(text.indexOf("struct Args"), text.indexOf("}"));
  assertEquals(args.match(/\w+: \w+/g), ["x_offset: u32", "count: u32", "scale: f32"]);
});
