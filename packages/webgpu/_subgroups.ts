import { subgroupExtensions, type SubgroupForm } from "./_subgroup_form.ts";
import { textsOf } from "./_wgsl.ts";
import { reduceMax, reduceSum } from "./kernels/_reductions.ts";

/**
 * Some runtimes use subgroups after a line that others cannot parse: the reductions are compiled to see which this is.
 */
export async function probeSubgroups(device: GPUDevice): Promise<SubgroupForm> {
  for (const form of ["enabled", "plain"] as const) {
    if (await compiles(device, reductions(form))) return form;
  }
  return "none";
}

function reductions(form: SubgroupForm): string {
  return [
    ...subgroupExtensions(form).map((name) => `enable ${name};`),
    "const LANES = 64u;",
    textsOf([reduceSum(form), reduceMax(form)]),
    "@group(0) @binding(0) var<storage, read_write> out: f32;",
    "@compute @workgroup_size(LANES)",
    "fn main(@builtin(local_invocation_index) lane: u32) { out = reduce_sum(lane, reduce_max(lane, 1.0)); }",
  ].join("\n");
}

async function compiles(device: GPUDevice, code: string): Promise<boolean> {
  device.pushErrorScope("validation");
  const label = "subgroups";
  device.createComputePipeline({
    label,
    layout: "auto",
    compute: { module: device.createShaderModule({ label, code }) },
  });
  return await device.popErrorScope() === null;
}
