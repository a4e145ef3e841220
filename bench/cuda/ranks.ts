/**
 * Runs `step.ts` on several GPUs of this machine, in a process each.
 *
 * Run: `deno run -A bench/cuda/ranks.ts --gpus=2 [what step.ts takes]`
 */
import { fromFileUrl } from "@std/path";
import { runRanks } from "../../packages/trainer/ranks/run_ranks.ts";
import { option, print } from "./_command_line.ts";

const program = fromFileUrl(new URL("step.ts", import.meta.url));
const args = ["run", "--quiet", "--no-check", "--cached-only", "--allow-all", program, ...Deno.args];
const gpus = Number(option("gpus", "2"));
Deno.exit(await runRanks(gpus, { command: Deno.execPath(), args }, (message) => print({ what: "failed", message })));
