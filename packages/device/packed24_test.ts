import { isPacked24, type PackedMatrix24, type Tensor } from "@beyond24/device";
import { assertEquals } from "@std/assert";

Deno.test("isPacked24() tells packed matrices from tensors", () => {
  const storage = { bytes: 0 };
  const tensor: Tensor = { shape: [4, 4], dtype: "f32", storage, offset: 0 };
  const packed: PackedMatrix24 = { format: "2:4", rows: 4, cols: 4, axis: "cols", dtype: "f32", storage };
  assertEquals([isPacked24(tensor), isPacked24(packed)], [false, true]);
});
