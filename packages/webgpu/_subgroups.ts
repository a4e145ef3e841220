import maxSource from "./kernels/_reduce_max.wgsl" with { type: "text" };
import sumSource from "./kernels/_reduce.wgsl" with { type: "text" };
import { expandTemplate } from "./_expand_template.ts";

/** How shaders of a device may use subgroups: after `enable subgroups;`, without that line, or not at all. */
export type SubgroupForm = "enabled" | "plain" | "none";

/** What a launch needs so that its text may use subgroups. */
interface SubgroupParts {
  /** The constant `SUBGROUPS`. */
  readonly constants: Readonly<Record<string, number>>;
  /** The extension, where it must be named. */
  readonly extensions: readonly string[];
}

/** The parts of a launch whose text may use subgroups. */
export function subgroupParts(form: SubgroupForm): SubgroupParts {
  return { constants: { SUBGROUPS: form === "none" ? 0 : 1 }, extensions: form === "enabled" ? ["subgroups"] : [] };
}

/** Some runtimes use subgroups after a line that others cannot parse: the reductions are compiled to see which this is. */
export async function probeSubgroups(device: GPUDevice): Promise<SubgroupForm> {
  for (const form of ["enabled", "plain"] as const) {
    if (await compiles(device, reductions(form))) return form;
  }
  return "none";
}

function reductions(form: SubgroupForm): string {
  const { constants, extensions } = subgroupParts(form);
  return [
    ...extensions.map((name) => `enable ${name};`),
    "const LANES = 64u;",
    expandTemplate(sumSource + maxSource, constants),
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
