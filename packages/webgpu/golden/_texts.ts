import { bindKernels, checkedKernels, type KernelName, type Kernels, type Tensor } from "@beyond24/device";
import { rehearseKernel } from "@beyond24/device/contract";
import { GpuStorage, PackedGpuStorage, packedShapes, tensorBytes } from "../_gpu_storage.ts";
import { kernelSource, planBuffers } from "../_kernel_source.ts";
import type { Launch, Launcher } from "../_launch.ts";
import * as webGpuKernels from "../kernels/table.ts";
import type { GoldenCase, ImaginaryMemory } from "./_case.ts";

/** The facts of an adapter that texts depend on. */
export type Adapter = Pick<Launcher, "activationType" | "tiles" | "subgroups" | "mostBuffers">;

/** A text that a call would compile. */
export interface KernelText {
  /** Name in profiles. */
  readonly kernel: string;
  /** All of its WGSL. */
  readonly text: string;
}

/** The texts of a call, without a device: launches are looked at and go nowhere. */
export function textsOfCase({ run }: GoldenCase, adapter: Adapter): KernelText[] {
  const { kernels, memory, texts } = imaginaryDevice(adapter);
  run(kernels, memory);
  return texts;
}

/** The texts of what the contract of a kernel begins with. */
export async function textsOfContract(name: KernelName, adapter: Adapter): Promise<KernelText[]> {
  const { kernels, memory, texts } = imaginaryDevice(adapter);
  await rehearseKernel(name, {
    kernels,
    activationType: adapter.activationType,
    tensor: (shape, dtype) => memory.tensor(dtype, shape),
    packed24: memory.packed,
  });
  return texts;
}

function imaginaryDevice(adapter: Adapter): { kernels: Kernels; memory: ImaginaryMemory; texts: KernelText[] } {
  const memory = imaginaryMemory(adapter.activationType);
  const texts: KernelText[] = [];
  const launch = (launch: Launch) =>
    texts.push({ kernel: launch.kernel, text: kernelSource(launch, planBuffers(launch)) });
  const scratch: Launcher["scratch"] = (_, elements, dtype) => memory.tensor(dtype, [elements]);
  return { kernels: checkedKernels(bindKernels(webGpuKernels, { ...adapter, launch, scratch })), memory, texts };
}

function imaginaryMemory(dtype: "f32" | "f16"): ImaginaryMemory {
  let id = 0;
  const tensor: ImaginaryMemory["tensor"] = (dtype, shape, offset = 0): Tensor => {
    // Nobody asks for the buffer of a launch that goes nowhere.
    const storage = new GpuStorage({} as GPUBuffer, id++, tensorBytes(shape, dtype));
    return { shape, dtype, storage, offset };
  };
  return {
    dtype,
    tensor,
    packed: (rows, cols, axis) => {
      const { values, words } = packedShapes(rows, cols, axis);
      const storage = new PackedGpuStorage(tensor(dtype, values), tensor("i32", words));
      return { format: "2:4", rows, cols, axis, dtype, storage };
    },
  };
}
