import { encodeSafetensors } from "@beyond24/safetensors";
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "./_testing.ts";
import { TensorFile } from "./tensor_file.ts";

const whole = encodeSafetensors({
  long: { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  short: { dtype: "F32", shape: [2], data: Float32Array.of(7, 8) },
  bits: { dtype: "U8", shape: [2], data: Uint8Array.of(1, 2) },
});

Deno.test("TensorFile reads tensors in any order into the same memory", () =>
  withFolder(async (folder) => {
    const path = join(folder, "model.safetensors");
    await Deno.writeFile(path, whole);
    using file = await TensorFile.open(path);
    const long = await file.read("long", [2, 3]);
    assertEquals(long, Float32Array.of(1, 2, 3, 4, 5, 6));
    const short = await file.read("short", [2]);
    assertEquals([short, short.buffer === long.buffer], [Float32Array.of(7, 8), true]);
    assertEquals(await file.read("long", [2, 3]), Float32Array.of(1, 2, 3, 4, 5, 6));
    await assertRejects(() => file.read("long", [3, 2]), TypeError, "must be F32 [3,2]: current value is F32 [2,3]");
    await assertRejects(() => file.read("bits", [2]), TypeError, "current value is U8 [2]");
    await assertRejects(() => file.read("other", [2]), TypeError, "current value is missing");
  }));

Deno.test("TensorFile reads tensors of any type in pieces", () =>
  withFolder(async (folder) => {
    const path = join(folder, "model.safetensors");
    const data = Float32Array.from({ length: 2_100_000 }, (_, index) => index);
    await Deno.writeFile(path, encodeSafetensors({ data: { dtype: "F32", shape: [data.length], data } }));
    using long = await TensorFile.open(path);
    const lengths: number[] = [];
    const values = new Uint8Array(data.byteLength);
    for await (const piece of long.pieces("data")) {
      values.set(piece, lengths.reduce((sum, length) => sum + length, 0));
      lengths.push(piece.length);
    }
    assertEquals(lengths, [4_194_304, 4_194_304, 11_392]);
    assertEquals(new Float32Array(values.buffer).every((value, index) => value === index), true);

    await Deno.writeFile(path, whole);
    using file = await TensorFile.open(path);
    assertEquals(await Array.fromAsync(file.pieces("bits")), [Uint8Array.of(1, 2)]);
    await assertRejects(() => Array.fromAsync(file.pieces("other")), TypeError, "none of that name");
  }));

Deno.test("TensorFile refuses a file that was cut anywhere", () =>
  withFolder(async (folder) => {
    const path = join(folder, "model.safetensors");
    for (let length = 0; length < whole.length - 2; length++) {
      await Deno.writeFile(path, whole.subarray(0, length));
      await assertRejects(async () => {
        using file = await TensorFile.open(path);
        await file.read("long", [2, 3]);
        await file.read("short", [2]);
      }, RangeError);
    }
  }));
