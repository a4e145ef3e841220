import { type KernelArguments, makeKernels } from "./_make_kernels.ts";
import { CALL_CHECKS } from "./_call_checks.ts";
import { CallCheck } from "./kernels/_call_check.ts";
import type { KernelName, Kernels } from "./kernels.ts";

/**
 * The same kernels behind checks: shapes that do not fit together, a type that a kernel does not take, a packed operand
 * along the wrong axis, two packed operands and outputs that share memory with what is still needed throw a
 * {@linkcode TypeError} before anything runs. A back end wraps its kernels once and checks nothing itself.
 *
 * What lies in device memory (token numbers, offsets, row numbers) is not looked at.
 *
 * @param kernels The kernels of a back end.
 * @param options `takesScales`: whether products take operands with a scale, see `Device.takesScales`.
 * @returns Kernels that throw on a wrong call and else pass it on, the very same arguments.
 *
 * @example A product that does not fit
 * ```ts
 * import { checkedKernels, type Kernels } from "@beyond24/device";
 * import { assertThrows } from "@std/assert";
 *
 * const kernels = checkedKernels({} as Kernels);
 * const tensor = (...shape: number[]) => ({ shape, dtype: "f32", storage: { bytes: 0 }, offset: 0 } as const);
 * assertThrows(
 *   () => kernels.matmul({ a: tensor(2, 3), b: tensor(4, 5), out: tensor(2, 5) }),
 *   TypeError,
 *   "Cannot run matmul as b must be [3, N]: current value is [4, 5]",
 * );
 * ```
 */
export function checkedKernels(kernels: Kernels, options: { readonly takesScales?: boolean } = {}): Kernels {
  return makeKernels((name) => checked(kernels, name, options.takesScales ?? false));
}

/** Kernels as what they are called with. */
type CallableKernels = { readonly [Name in KernelName]: (args: KernelArguments<Name>) => void };

function checked<Name extends KernelName>(
  kernels: CallableKernels,
  name: Name,
  takesScales: boolean,
): (args: KernelArguments<Name>) => void {
  return (args) => {
    const check = new CallCheck(name, takesScales);
    CALL_CHECKS[name](check, args);
    check.aliasing();
    kernels[name](args);
  };
}
