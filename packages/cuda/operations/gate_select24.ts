import type { GateSelect24Arguments } from "@beyond24/device";
import type { LaunchContext } from "../launch_context.ts";
import { launchSelection } from "./_selection_launch.ts";
import ptx from "./gate_select24.ptx" with { type: "text" };

/** dy1 = dy2 ⊙ gate, in the forms that the products want. */
export function gateSelect24(context: LaunchContext, args: GateSelect24Arguments): void {
  const { dy2, ...rest } = args;
  launchSelection(context, { ptx, name: "gate_select24", x: dy2, ...rest, tokensReadGate: true });
}
