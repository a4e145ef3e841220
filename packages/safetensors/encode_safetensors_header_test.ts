import { encodeSafetensorsHeader, encodeSafetensorsParts, type SafetensorsTensors } from "@beyond24/safetensors";
import { assertEquals, assertThrows } from "@std/assert";

Deno.test("encodeSafetensorsHeader needs no arrays and gives the header of the whole file", () => {
  const tensors: SafetensorsTensors = {
    mask: { dtype: "BOOL", shape: [3], data: Uint8Array.of(1, 0, 1) },
    b: { dtype: "F32", shape: [2, 1], data: Float32Array.of(1, 2) },
    a: { dtype: "F32", shape: [], data: Float32Array.of(3) },
  };
  const described = Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape }]) => [name, { dtype, shape }]),
  );
  const { bytes, order } = encodeSafetensorsHeader(described, { format: "pt" });
  assertEquals(order, ["a", "b", "mask"]);
  assertEquals(bytes, encodeSafetensorsParts(tensors, { format: "pt" })[0]);
});

Deno.test("encodeSafetensorsHeader refuses what no file can hold", () => {
  const scalar = { dtype: "U8", shape: [] } as const;
  assertThrows(() => encodeSafetensorsHeader({ __metadata__: scalar }), TypeError, "not reserved");
  assertThrows(() => encodeSafetensorsHeader({ a: { dtype: "U8", shape: [1.5] } }), TypeError, "[1.5]");
});
