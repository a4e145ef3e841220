import type { FillArguments } from "@beyond24/device";
import { launchElementwise } from "./_launch_elementwise.ts";
import type { Launcher } from "../_launch.ts";
import { part, wgsl } from "../_wgsl.ts";

/** One unit. */
const text = ({ IS_INTEGER }: { readonly IS_INTEGER: boolean }) =>
  wgsl`
    fn update_unit(i: u32) {
      store_out_unit(i, Unit(${IS_INTEGER ? "i32(args.integer)" : "args.value"}));
    }
  `;

/** out = value. */
export function fill(launcher: Launcher, { out, value }: FillArguments): void {
  const isInteger = out.dtype === "i32";
  launchElementwise(launcher, {
    kernel: "fill",
    text: [part(text, { IS_INTEGER: isInteger })],
    outputs: { out },
    integers: { integer: isInteger ? value : 0 },
    floats: { value },
  });
}
