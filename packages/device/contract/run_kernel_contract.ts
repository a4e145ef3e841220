import type { Device } from "../device.ts";
import { KERNEL_NAMES } from "../kernel_names.ts";
import type { KernelName } from "../kernels.ts";
import type { DType } from "../tensor.ts";
import { assertSame } from "./close.ts";
import { ContractContext } from "./contract_context.ts";
import { deviceContract } from "./device_contract.ts";
import type { ContractCase, KernelContract } from "./kernel_contract.ts";
import * as table from "./table.ts";

/**
 * Registers one test.
 *
 * @param name Of the test.
 * @param run The test; it throws when the device breaks the contract.
 * @param skipReason Why the test is left out, when it is.
 */
export type RegisterTest = (name: string, run: () => Promise<void>, skipReason?: string) => void;

/** What {@linkcode runKernelContract} needs to know about a back end. */
export interface KernelContractOptions {
  /** First word of every test name. */
  readonly name: string;
  /** Makes a device. All kernel cases share one; the cases about devices make their own. */
  readonly createDevice: () => Device | Promise<Device>;
  /** Registers a test with the runner at hand. */
  readonly test: RegisterTest;
  /** Largest relative error of a kernel's floating outputs, where the default of the output's type does not fit. */
  readonly tolerance?: Readonly<Partial<Record<KernelName, number>>>;
  /** What is left out, with the reason: a kernel (`"rope"`), `"device"`, or one case (`"rope: inverse"`). */
  readonly skip?: Readonly<Record<string, string>>;
}

/** What the suite asks of every kernel: one without a contract is a type error. */
const kernelContracts: Readonly<Record<KernelName, KernelContract>> = table;

/** f32 sums of a few hundred terms; one rounding to 8 or 11 significant bits. */
const TOLERANCES: Readonly<Record<DType, number>> = { f32: 1e-5, bf16: 5e-3, f16: 1e-3, i32: 0 };

/**
 * Holds a device against its contract: every kernel against a float64 definition on awkward shapes, poisoned outputs,
 * bit-equal selections and routes, the same bits in a second run, no bytes left behind; then memory, transfers, arenas.
 *
 * @example Any test runner will do, here a list
 * ```ts
 * import { DeviceUnavailableError } from "@beyond24/device";
 * import { runKernelContract } from "@beyond24/device/contract";
 * import { assert, assertRejects } from "@std/assert";
 *
 * const tests = new Map<string, () => Promise<void>>();
 * runKernelContract({
 *   name: "mine",
 *   createDevice: () => Promise.reject(new DeviceUnavailableError("Cannot open a device as none is here")),
 *   test: (name, run) => tests.set(name, run),
 *   skip: { rope: "not written yet" },
 * });
 * assert(tests.has("mine rope: in place (skipped: not written yet)"));
 * await assertRejects(async () => await tests.get("mine sum: [1]")?.(), DeviceUnavailableError);
 * ```
 */
export function runKernelContract(
  { name, createDevice, test, tolerance = {}, skip = {} }: KernelContractOptions,
): void {
  const register = (subject: string, title: string, run: () => Promise<void>) => {
    const reason = skip[subject] ?? skip[`${subject}: ${title}`];
    const suffix = reason === undefined ? "" : ` (skipped: ${reason})`;
    test(`${name} ${subject}: ${title}${suffix}`, run, reason);
  };

  let shared: Promise<Device> | undefined;
  const sharedDevice = () => shared ??= Promise.resolve(createDevice());
  for (const kernel of KERNEL_NAMES) {
    const cases = kernelContracts[kernel];
    const own = tolerance[kernel];
    const tolerances = own === undefined ? TOLERANCES : { f32: own, bf16: own, f16: own, i32: 0 };
    for (const contractCase of cases) {
      register(
        kernel,
        contractCase.name,
        async () => runTwice(await sharedDevice(), tolerances, "whole", contractCase),
      );
    }
    for (const contractCase of cases.slice(0, 1)) {
      const title = `${contractCase.name}, as views`;
      register(kernel, title, async () => runTwice(await sharedDevice(), tolerances, "view", contractCase));
    }
  }
  for (const { name: title, run } of deviceContract) {
    register("device", title, async () => {
      const device = await createDevice();
      try {
        await run(device);
      } finally {
        device.dispose();
      }
    });
  }
  register("device", "the device of the kernel cases can be disposed", async () => (await sharedDevice()).dispose());
}

/** Runs a case twice from the same seed; both runs must read the same bits and leave no memory behind. */
async function runTwice(
  device: Device,
  tolerances: Readonly<Record<DType, number>>,
  placement: "whole" | "view",
  contractCase: ContractCase,
): Promise<void> {
  const runs: ContractContext[] = [];
  for (let run = 0; run < 2; run++) {
    const context = new ContractContext(device, tolerances, placement);
    runs.push(context);
    const liveBytes = device.liveBytes;
    try {
      await contractCase.run(context);
    } finally {
      await context.finish();
    }
    assertSame([device.liveBytes], [liveBytes], "live bytes after everything was freed");
  }
  const [first, second] = runs;
  if (!first?.results.length) throw new Error("The case checks nothing as it reads no result: read one");
  first.results.forEach((result, i) => {
    assertSame(bitsOf(second?.results[i]), bitsOf(result), `bits of result ${i} in a second run`);
  });
}

/** Bits, with one NaN for all: engines may change the payload of a NaN whenever they move it. */
function bitsOf(values: Float32Array | Int32Array = new Int32Array()): Int32Array {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  return bits.map((word, i) => Number.isNaN(values[i]) ? 0x7fc00000 : word);
}
