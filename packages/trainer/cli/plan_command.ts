import { resolveConfig } from "../config/resolve_config.ts";
import { describePlan } from "../plan/describe_plan.ts";
import { planJson, runPlan } from "../plan/run_plan.ts";
import { type Command, defineCommand } from "./command.ts";
import { configFlags, configSources } from "./config_flags.ts";
import { exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { reading } from "./permissions.ts";

const flags = {
  ...configFlags,
  json: { kind: "switch", sentence: "Print JSON" },
} as const satisfies FlagTable;

/** `plan`: what a run will take, without allocating it. */
export const planCommand: Command = defineCommand({
  name: "plan",
  sentence: "Prints parameters, bytes, FLOPs and predicted speed-up of a run, without allocating anything",
  flags,
  tasks: [{ name: "plan", permissions: reading }],
  run: async (call) => {
    const config = await resolveConfig(configSources(flags, call.flags));
    const plan = runPlan(config);
    call.terminal.out(call.flags.json ? planJson(plan) + "\n" : describePlan(config, plan));
    return exitCodes.done;
  },
});
