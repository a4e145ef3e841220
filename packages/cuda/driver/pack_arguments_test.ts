import { assertEquals, assertThrows } from "@std/assert";
import { f32, i32, i64, packArguments, pointer, tensorMap } from "./pack_arguments.ts";

Deno.test("packArguments places every argument at its natural alignment", () => {
  const { bytes, offsets } = packArguments([i32(7), pointer(0x1122334455667788n), f32(1.5), i64(2 ** 40), i32(-1)]);
  const view = new DataView(bytes.buffer);
  assertEquals(bytes.length, 36);
  assertEquals(offsets, [0, 8, 16, 24, 32]);
  assertEquals(view.getInt32(0, true), 7);
  assertEquals(view.getBigUint64(8, true), 0x1122334455667788n);
  assertEquals(view.getFloat32(16, true), 1.5);
  assertEquals(view.getBigInt64(24, true), 2n ** 40n);
  assertEquals(view.getInt32(32, true), -1);
});

Deno.test("packArguments aligns tensor maps to 64 bytes", () => {
  const { bytes, offsets } = packArguments([i32(1), tensorMap(new Uint8Array(128).fill(9)), i32(2)]);
  assertEquals(bytes.length, 196);
  assertEquals(offsets, [0, 64, 192]);
  assertEquals([bytes[63], bytes[64], bytes[191]], [0, 9, 9]);
  assertEquals(bytes[192], 2);
});

Deno.test("packArguments of nothing is empty", () => {
  assertEquals(packArguments([]), { bytes: new Uint8Array(), offsets: [] });
});

Deno.test("arguments out of range are refused", () => {
  assertThrows(() => i32(2 ** 31), RangeError, "current value is 2147483648");
  assertThrows(() => i32(0.5), RangeError);
  assertThrows(() => i64(0.5), RangeError);
});
