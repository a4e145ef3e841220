import { assertStringIncludes, assertThrows } from "@std/assert";
import { loadModules } from "./load_modules.ts";

Deno.test("loadModules() gives a GPU what is compiled for it, and names what is not", async () => {
  const [ampere, hopper] = [await loadModules(86), await loadModules(90)];
  for (const ptxOf of [ampere, hopper]) assertStringIncludes(ptxOf("plain/add"), ".target sm_80");
  assertStringIncludes(hopper("hopper/weight_product24"), ".target sm_90a");
  assertThrows(() => ampere("hopper/weight_product24"), Error, "for compute capability 9.0: current value is 8.6");
});
