import { gpuLimits, type GpuName } from "@beyond24/recipe";
import { UsageError } from "@beyond24/run";
import { resolveConfig } from "../config/resolve_config.ts";
import { dataPlan } from "../plan/data_plan.ts";
import { describePlan } from "../plan/describe_plan.ts";
import { planJson, runPlan } from "../plan/run_plan.ts";
import { type Command, defineCommand } from "./command.ts";
import { configFlags, configSources } from "./config_flags.ts";
import { exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { reading } from "./permissions.ts";

const gpuNames = Object.keys(gpuLimits) as GpuName[];

/** Gbit/s of InfiniBand NDR. */
const usualNetwork = 400;

const flags = {
  ...configFlags,
  data: { key: "data.paths", placeholder: "path..." },
  gpu: {
    kind: "choice",
    choices: gpuNames,
    placeholder: "name",
    default: "h100",
    sentence: "GPU whose hours are predicted",
  },
  gpus: {
    kind: "integer",
    minimum: 1,
    maximum: 65_536,
    placeholder: "number",
    sentence: "Number of such GPUs that train together: bytes, communication and step time of each",
  },
  network: {
    kind: "number",
    minimum: 0.001,
    maximum: 1_000_000,
    placeholder: "number",
    sentence: "Gbit/s between machines of eight GPUs, for each GPU and each way; needs --gpus (default: 400)",
  },
  json: { kind: "switch", sentence: "Print JSON" },
} as const satisfies FlagTable;

/** `plan`: what a run will take, without allocating it. */
export const planCommand: Command = defineCommand({
  name: "plan",
  sentence: "Prints parameters, bytes, FLOPs and predicted speed-up of a run, without allocating anything",
  flags,
  tasks: [{ name: "plan", permissions: reading }],
  examples: [["plan --preset llama-125m --data tokens/dclm --gpu h200", "tokens a parameter, epochs, hours"], [
    "plan --preset llama-7b --gpus 64 --set train.batchSize=64",
    "bytes, communication and step time of a GPU",
  ]],
  run: async (call) => {
    const hasData = call.flags.data !== undefined;
    const sources = configSources(flags, call.flags);
    const config = await resolveConfig(hasData ? { ...sources, vocabulary: "data" } : sources);
    const gpu = gpuNames.find((name) => name === call.flags.gpu) ?? "h100";
    const { gpus, network = usualNetwork } = call.flags;
    if (gpus === undefined && call.flags.network !== undefined) {
      throw new UsageError(
        "Cannot use --network without --gpus as one GPU sends nothing: give their number, --gpus 16",
      );
    }
    const plan = runPlan(config, {
      gpu,
      networkBytesPerSecond: network * 1e9 / 8,
      ...(gpus === undefined ? {} : { gpus }),
      ...(hasData ? { data: await dataPlan(config) } : {}),
    });
    call.terminal.out(call.flags.json ? planJson(plan) + "\n" : describePlan(config, plan));
    return exitCodes.done;
  },
});
