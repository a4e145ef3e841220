import { Tape } from "@beyond24/autograd";
import { sparsityPlans } from "@beyond24/recipe";
import { assertEquals } from "@std/assert";
import { hiddenStates } from "./_hidden_states.ts";
import { seenInputs } from "./_seen_inputs.ts";
import { batchOf, floatsOf, roughModel, shape, venom } from "./_testing.ts";

for (const recompute of [false, true]) {
  Deno.test(`seenInputs takes all of a few tokens, and 512 of more, from the middles of parts: ${recompute}`, async () => {
    const model = roughModel({ recompute, sparsity: { plan: sparsityPlans.beyond, venom } });
    const { device } = model;
    const arena = device.arena();
    for (const [sequences, places] of [[3, (i: number) => i], [128, (i: number) => 2 * i + 1]] as const) {
      const { tokens } = batchOf(device, sequences, 8);
      const seen = seenInputs(model, { tokens, arena });
      assertEquals(seen.length, model.layers.length);
      for (const [layer, tensor] of seen.entries()) {
        const tape = new Tape(device, arena, { recording: false });
        const all = await floatsOf(device, hiddenStates(tape, model, tokens, { mode: "dense" }, layer).value);
        arena.reset();
        const expected = Array.from({ length: Math.min(512, sequences * 8) }, (_, i) => {
          const first = places(i) * shape.dModel;
          return [...all.subarray(first, first + shape.dModel)];
        });
        assertEquals(await floatsOf(device, tensor), Float32Array.from(expected.flat()));
        device.free(tensor);
      }
    }
  });
}
