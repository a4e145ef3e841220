import { assertEquals } from "@std/assert";
import type { Parameter } from "@beyond24/autograd";
import { createReferenceDevice } from "@beyond24/cpu";
import type { Tensor } from "@beyond24/device";
import { sparsityPlans } from "@beyond24/recipe";
import { forwardBackward } from "./forward_backward.ts";
import { transformerParameters } from "./transformer_parameters.ts";
import { batchOf, floatsOf, shape, TestRun, venom } from "./_testing.ts";

for (const mode of ["dense", "sparse"] as const) {
  for (const recompute of [false, true]) {
    Deno.test(`gradients are announced when they are complete: ${mode}, recompute ${recompute}`, async () => {
      const device = createReferenceDevice();
      const run = new TestRun(device, { shape, sparsity: { plan: sparsityPlans.beyond, venom }, recompute });
      await run.cluster();
      const parameters = transformerParameters(run.model);
      const told: (readonly Parameter[])[] = [];
      const seen = new Map<Parameter, Tensor>();
      const onGradients = (complete: readonly Parameter[]) => {
        told.push(complete);
        for (const parameter of complete) {
          const out = device.tensor(parameter.shape, "f32");
          device.kernels.copy({ x: parameter.gradient, out });
          seen.set(parameter, out);
        }
      };
      const arena = device.arena();
      const batch = batchOf(device, 2, 8);
      for (const microBatch of [0, 1]) {
        const last = microBatch === 1 ? { onGradients } : {};
        forwardBackward(run.model, batch, { mode, arena, microBatch, microBatches: 2, ...last });
        arena.reset();
      }
      assertEquals(told.length, run.model.layers.length + 1, "one in each layer, one at the end");
      assertEquals(told.flat().length, parameters.length, "each once");
      for (const parameter of parameters) {
        const copy = seen.get(parameter);
        if (copy === undefined) throw new Error(`${parameter.name} was not announced`);
        assertEquals(await floatsOf(device, copy), await floatsOf(device, parameter.gradient), parameter.name);
      }
      const { head, embedding, layers } = run.model;
      const { wIn, wOut } = layers.at(-1)?.feedForward ?? {};
      assertEquals([head, wIn, wOut].map((one) => one && told[0]?.includes(one)), [true, true, true]);
      assertEquals(told.at(-1)?.includes(embedding), true);
    });
  }
}
