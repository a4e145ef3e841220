import { createReferenceDevice } from "@beyond24/cpu";
import { encodeSafetensors } from "@beyond24/safetensors";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { tensorPieces } from "./_tensor_pieces.ts";

Deno.test("tensorPieces gives the bytes of encodeSafetensors in pieces that stay small", async () => {
  const device = createReferenceDevice();
  const shapes = { long: [5, 2 ** 19], wide: [2, 2 ** 21], gain: [7], scalar: [], none: [0, 4] };
  const tensors = Object.entries(shapes).map(([name, shape]) => ({ name, shape, tensor: device.tensor(shape, "f32") }));
  const file = Object.fromEntries(tensors.map(({ name, tensor: { shape } }, index) => {
    const length = shape.reduce((count, size) => count * size, 1);
    return [name, { dtype: "F32", shape, data: Float32Array.from({ length }, (_, i) => i + index) } as const];
  }));
  for (const { name, tensor } of tensors) device.write(tensor, file[name]?.data ?? new Float32Array());

  const whole = encodeSafetensors(file);
  let position = 0;
  for await (const piece of tensorPieces(device, tensors)) {
    assert(piece.length <= 2 ** 23, "a row of 8 MiB is the largest piece");
    assert(piece.every((byte, index) => byte === whole[position + index]));
    position += piece.length;
  }
  assertEquals(position, whole.length);
});

Deno.test("tensorPieces refuses what is not f32", async () => {
  const device = createReferenceDevice();
  const tensors = [{ name: "ids", shape: [2], tensor: device.tensor([2], "i32") }];
  await assertRejects(() => Array.fromAsync(tensorPieces(device, tensors)), TypeError, "tensor ids as it must be f32");
});
