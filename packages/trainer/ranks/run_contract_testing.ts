/**
 * Runs the contract of collectives, or the program that the second argument names, between as many GPUs as the first
 * one says, one process each.
 */
import { fromFileUrl } from "@std/path";
import { runRanks } from "./run_ranks.ts";

const program = fromFileUrl(new URL(Deno.args[1] ?? "contract_rank_testing.ts", import.meta.url));
const args = ["run", "--quiet", "--no-prompt", "--allow-all", program];
const code = await runRanks(Number(Deno.args[0]), { command: Deno.execPath(), args }, (line) => {
  Deno.stderr.writeSync(new TextEncoder().encode(`error: ${line}\n`));
});
Deno.exit(code);
