import { runKernelContract } from "@beyond24/device/contract";
import { createReferenceDevice } from "./reference_device.ts";

for (const activationType of ["f32", "bf16", "f16"] as const) {
  runKernelContract({
    name: `reference ${activationType}`,
    createDevice: () => createReferenceDevice({ activationType }),
    test: (name, fn, skipReason) => Deno.test({ name, fn, ignore: skipReason !== undefined }),
  });
}
