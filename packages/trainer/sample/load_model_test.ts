import { createReferenceDevice } from "@beyond24/cpu";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { sampleTokens } from "@beyond24/generation";
import { transformerParameters } from "@beyond24/transformer";
import { decodeSafetensors } from "@beyond24/safetensors";
import { checkpointFile, microConfig, microRun, withFolder } from "../_testing.ts";
import { loadModel } from "./load_model.ts";

for (const [recipe, mode] of [["dense:3,sparse:3,dense:2", "dense"], ["dense:3,sparse:5", "sparse"]] as const) {
  Deno.test(`a model that ended with ${mode} steps is loaded and sampled that way`, () =>
    withFolder(async (folder) => {
      const phases = recipe.split(",").map((part) => part.split(":")).map(([phase, steps]) => ({
        phase,
        steps: Number(steps),
      }));
      const run = join(folder, "run");
      await microRun(microConfig(folder, { recipe: phases }), { folder: run });
      const device = createReferenceDevice();
      const loaded = await loadModel(run, () => Promise.resolve(device));
      assertEquals([loaded.step, loaded.mode], [8, mode]);

      const { tensors } = decodeSafetensors(checkpointFile(run, 8, "model.safetensors"));
      for (const { name, weight } of transformerParameters(loaded.model)) {
        assertEquals(await device.read(weight), tensors[name]?.data as Float32Array, name);
      }
      const options = { count: 20, temperature: 0, topK: 0, random: Math.random, mode: loaded.mode };
      const before = device.liveBytes;
      const tokens = await Array.fromAsync(sampleTokens(loaded.model, [119, 104], options));
      assertEquals(device.liveBytes, before);
      assertEquals(tokens.length, 20);
      // The window slides: the last token depends on the 16 tokens before it only.
      const tail = [119, 104, ...tokens].slice(-17, -1);
      const [again] = await Array.fromAsync(sampleTokens(loaded.model, tail, { ...options, count: 1 }));
      assertEquals(again, tokens.at(-1));
      device.dispose();
    }));
}
