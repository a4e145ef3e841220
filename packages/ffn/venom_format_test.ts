import { assert, assertEquals } from "@std/assert";
import { Tape } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import { isPacked24 } from "@beyond24/device";
import { sparsityPlans } from "@beyond24/recipe";
import { unpack24 } from "@beyond24/sparse24";
import { isVnm } from "@beyond24/venom";
import { hidden } from "./_hidden.ts";
import { preactivations } from "./_preactivations.ts";
import { refreshFeedForward } from "./packed_weights.ts";
import { sortedOrder } from "./_token_order.ts";
import { floatsOf, layerOf, randomSample } from "./_testing.ts";

for (const m of [8, 16, 32] as const) {
  Deno.test(`hidden activations in interleaved order are 8:2:${m}, and padding rows are zero`, async () => {
    const [tokens, neurons, features, experts, v] = [50, 64, 8, m / 4, 8];
    const device = createReferenceDevice();
    const plan = sparsityPlans.paper;
    const layer = layerOf(device, randomSample(tokens, neurons, features), { plan, venom: { v, n: 2, m } });
    refreshFeedForward(device, layer);
    const x = device.tensor([tokens, features], "f32");
    device.write(x, randomSample(tokens, neurons, features).x);

    const tape = new Tape(device, device.arena());
    assert(layer.sparse !== undefined);
    const order = sortedOrder(tape, x, layer, layer.sparse, { spread: false, numbers: undefined });
    const { products, rows: capacity, width } = order;
    const options = { products, shape: [capacity, width], plan, segments: order.segments, draw: undefined };
    const { neurons: packed } = hidden(tape, options, preactivations(tape, order, layer.wIn.value)).forward;
    assert(isPacked24(packed) && order.segments !== undefined);
    const y2 = unpack24(await device.readPacked24(packed));
    const offsets = await device.read(order.segments.offsets);

    const rows = offsets[experts] ?? NaN;
    const full = new Float32Array(rows * neurons);
    for (let expert = 0; expert < experts; expert++) {
      for (let row = offsets[expert] ?? NaN; row < (offsets[expert + 1] ?? NaN); row++) {
        for (let i = 0; i < order.width; i++) {
          full[row * neurons + Math.floor(i / 4) * m + 4 * expert + i % 4] = y2[row * order.width + i] ?? NaN;
        }
      }
    }
    assert(isVnm(full, { rows, cols: neurons, v, n: 2, m }));
    assert(full.some((value) => value > 0));
    // A dense row of the same matrix would not pass.
    assert(!isVnm(full.map((value, i) => i < neurons ? 1 : value), { rows, cols: neurons, v, n: 2, m }));

    const sorted = await floatsOf(device, order.tokens.x);
    const empty = Array.from({ length: rows }, (_, row) => row)
      .filter((row) => sorted.subarray(row * features, (row + 1) * features).every((value) => value === 0));
    assertEquals(empty.length, rows - tokens);
    for (const row of empty) assert(full.subarray(row * neurons, (row + 1) * neurons).every((value) => value === 0));
  });
}
