import type { GateSelect24Arguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { launchSelection } from "./_selection_launch.ts";
import { launchTiledGate } from "./_tiled_selection.ts";

/** dy1 = 2 · dy2 ⊙ gate, in the forms that the products want. */
export function gateSelect24(context: LaunchContext, args: GateSelect24Arguments): void {
  const { dy2, ...rest } = args;
  const launch = { module: "plain/gate_select24" as const, name: "gate_select24", x: dy2, readsGate: true, ...rest };
  if (!launchTiledGate(context, launch)) launchSelection(context, launch);
}
