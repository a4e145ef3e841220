import { assertEquals, assertThrows } from "@std/assert";
import { countTargets, createTokenBatch, writeTokenBatch, writeTokens } from "./token_batch.ts";
import { roughModel, shape } from "./_testing.ts";

const model = roughModel();
const inputs = Int32Array.of(0, 1, 2, 3);
const last = shape.vocabularySize - 1;

Deno.test("countTargets counts what is not -1", () => {
  assertEquals(countTargets(model, { inputs, targets: Int32Array.of(-1, 0, last, -1) }), 2);
  assertEquals(countTargets(model, { inputs, targets: new Int32Array(4).fill(-1) }), 0);
});

for (const token of [-1, shape.vocabularySize, 2 ** 31 - 1, -(2 ** 31)]) {
  Deno.test(`token ${token} is named before anything is written`, async () => {
    const batch = createTokenBatch(model.device, 1, 4);
    const wrong = inputs.with(2, token);
    const message = `current value is ${token}, token 2 of 4`;
    assertThrows(() => writeTokens(model, batch.tokens, wrong), RangeError, message);
    assertThrows(() => writeTokenBatch(model, batch, { inputs: wrong, targets: inputs }), RangeError, message);
    assertEquals(await model.device.read(batch.tokens), new Int32Array(4));
  });
}

for (const target of [-2, shape.vocabularySize]) {
  Deno.test(`target ${target} is named before anything is written`, async () => {
    const batch = createTokenBatch(model.device, 1, 4);
    const wrong = { inputs, targets: inputs.with(3, target) };
    assertThrows(() => writeTokenBatch(model, batch, wrong), RangeError, `current value is ${target}, target 3 of 4`);
    assertEquals(await model.device.read(batch.tokens), new Int32Array(4));
  });
}

Deno.test("writeTokenBatch refuses a batch without a target that counts", () => {
  const batch = createTokenBatch(model.device, 1, 4);
  const masked = { inputs, targets: new Int32Array(4).fill(-1) };
  assertThrows(() => writeTokenBatch(model, batch, masked), RangeError, "none of the 4 targets counts");
});

Deno.test("writeTokenBatch refuses another number of tokens", () => {
  const batch = createTokenBatch(model.device, 1, 3);
  assertThrows(() => writeTokenBatch(model, batch, { inputs, targets: inputs }), TypeError);
});
