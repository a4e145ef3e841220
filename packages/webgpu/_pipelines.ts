import { type BufferPlan, kernelSource, planBuffers } from "./_kernel_source.ts";
import type { Launch } from "./_launch.ts";
import { ARGUMENT_BYTES } from "./_uniform_arena.ts";

/** A compiled shader with the layout of its buffers. */
export interface CompiledKernel {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly id: number;
}

/** Compiles every variant of every shader once. */
export class Pipelines {
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #kernels = new Map<string, CompiledKernel>();

  constructor(readonly device: GPUDevice) {}

  /** The shader for a launch and the assignment of its buffers. */
  get(launch: Launch): { kernel: CompiledKernel; plan: BufferPlan } {
    const plan = planBuffers(launch);
    let kernel = this.#kernels.get(plan.key);
    if (kernel === undefined) {
      kernel = this.#compile(launch, plan);
      this.#kernels.set(plan.key, kernel);
    }
    return { kernel, plan };
  }

  #compile(launch: Launch, plan: BufferPlan): CompiledKernel {
    const layout = this.#layout(plan);
    const words = plan.slots.length + Object.keys({ ...launch.integers, ...launch.floats }).length;
    if (words * 4 > ARGUMENT_BYTES) {
      throw new RangeError(
        `Cannot launch ${launch.kernel} as arguments must fit into ${ARGUMENT_BYTES} bytes: current value is ${
          words * 4
        }`,
      );
    }
    const code = kernelSource(launch, plan);
    const module = this.device.createShaderModule({ label: launch.kernel, code });
    const pipeline = this.device.createComputePipeline({
      label: launch.kernel,
      layout: this.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module },
    });
    return { pipeline, layout, id: this.#kernels.size };
  }

  #layout({ access }: BufferPlan): GPUBindGroupLayout {
    const key = access.join();
    const known = this.#layouts.get(key);
    if (known) return known;
    const visibility = GPUShaderStage.COMPUTE;
    const entries: GPUBindGroupLayoutEntry[] = access.map((mode, binding) => ({
      binding,
      visibility,
      buffer: { type: mode === "write" ? "storage" : "read-only-storage" },
    }));
    // The arguments come last.
    entries.push({ binding: access.length, visibility, buffer: { type: "uniform", hasDynamicOffset: true } });
    const layout = this.device.createBindGroupLayout({ entries });
    this.#layouts.set(key, layout);
    return layout;
  }
}
