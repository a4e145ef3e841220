import { Command } from "commander";
import { resolveConfig } from "../config/resolve_config.ts";
import { describePlan } from "../plan/describe_plan.ts";
import { runPlan } from "../plan/run_plan.ts";
import { addConfigOptions, type ConfigOptions, configSources } from "./config_options.ts";
import type { Terminal } from "./terminal.ts";

/** `plan`: what a run will take, without allocating it. */
export function planCommand(terminal: Terminal): Command {
  const command = new Command("plan").description(
    "Prints parameters, bytes, FLOPs and predicted speed-up of a run, without allocating anything.",
  );
  return addConfigOptions(command)
    .option("--json", "print JSON")
    .action(async (options: ConfigOptions & { readonly json?: boolean }) => {
      const config = await resolveConfig(configSources(options));
      const plan = runPlan(config);
      terminal.out(options.json ? JSON.stringify(plan, null, 2) + "\n" : describePlan(config, plan));
    });
}
