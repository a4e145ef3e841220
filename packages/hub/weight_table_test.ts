import { createReferenceDevice } from "@beyond24/cpu";
import { transformerConfig } from "@beyond24/run";
import { createTransformer, transformerParameters } from "@beyond24/transformer";
import { assertEquals } from "@std/assert";
import { exampleConfig, exampleWeights } from "./_testing.ts";
import { hubWeights } from "./weight_table.ts";

Deno.test("the table has every parameter of a model, with its shape and in its order, and no other", () => {
  const config = exampleConfig();
  const device = createReferenceDevice();
  const parameters = transformerParameters(createTransformer(device, transformerConfig(config), 1));
  assertEquals(
    hubWeights(config.model).map(({ ours, ourShape }) => [ours, [...ourShape]]),
    parameters.map(({ name, shape }) => [name, [...shape]]),
  );
  assertEquals(Object.keys(exampleWeights(config)), parameters.map(({ name }) => name));
});
