/** Runs the contract of collectives between as many GPUs as the first argument says, one process each. */
import { fromFileUrl } from "@std/path";
import { runRanks } from "./run_ranks.ts";

const program = fromFileUrl(new URL("contract_rank_testing.ts", import.meta.url));
const args = ["run", "--quiet", "--no-prompt", "--allow-all", program];
const code = await runRanks(Number(Deno.args[0]), { command: Deno.execPath(), args }, (line) => {
  Deno.stderr.writeSync(new TextEncoder().encode(`error: ${line}\n`));
});
Deno.exit(code);
