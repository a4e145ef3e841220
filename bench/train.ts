/**
 * Compares the CPU device with its peers: medians of interleaved runs, both columns and their ratio, and the same as
 * JSON.
 *
 * `deno task bench:train [matmul] [ffn] [step] [--rounds=15] [--blas=PATH] [--json=PATH]`; without names, all of them.
 *
 * @module
 */
import { compareFeedForward } from "./comparisons/feed_forward.ts";
import { compareMatmul } from "./comparisons/matmul.ts";
import { compareTrainingStep } from "./comparisons/training_step.ts";
import { machineName } from "./harness/machine_name.ts";
import type { Row, Skipped } from "./harness/row.ts";
import { table } from "./harness/table.ts";

const COMPARISONS: Readonly<Record<string, (rounds: number, blas: string) => Promise<(Row | Skipped)[]>>> = {
  matmul: compareMatmul,
  ffn: compareFeedForward,
  step: compareTrainingStep,
};

function option(name: string, fallback: string): string {
  const prefix = `--${name}=`;
  return Deno.args.find((argument) => argument.startsWith(prefix))?.slice(prefix.length) ?? fallback;
}

const names = Deno.args.filter((argument) => !argument.startsWith("--"));
const rounds = Number(option("rounds", "15"));
const blas = option("blas", "auto");
const rows: (Row | Skipped)[] = [];
for (const name of names.length ? names : Object.keys(COMPARISONS)) {
  const compare = COMPARISONS[name];
  if (!compare) {
    throw new RangeError(`Cannot compare as there are ${Object.keys(COMPARISONS)}: current value is ${name}`);
  }
  rows.push(...await compare(rounds, blas));
}
const result = { machine: machineName(), date: new Date().toISOString(), deno: Deno.version.deno, rounds, rows };
// deno-lint-ignore no-console -- a command's output
console.log(`${result.machine}, Deno ${result.deno}, ${rounds} interleaved rounds\n\n${table(rows)}`);
const path = option("json", "");
if (path) Deno.writeTextFileSync(path, `${JSON.stringify(result, undefined, 2)}\n`);
else {
  // deno-lint-ignore no-console -- a command's output
  console.log(`\n${JSON.stringify(result)}`);
}
Deno.exit();
