/**
 * Everything that `docs/benchmarks.md` says of CUDA, one contender after the other on an idle GPU: whole steps and
 * feed-forward networks through the TypeScript device with their PyTorch peers before and after, then kernels alone.
 * Prints what each command prints, then one table of ratios. A command that fails is named and the others go on.
 *
 * Run: `deno task bench:cuda [--only=step,ffn,attention,sm80,kernels]` (needs `python3` with PyTorch for the peers)
 */
import { option, print } from "./_command_line.ts";

const DENO = [Deno.execPath(), "run", "--no-check", "--allow-ffi", "--allow-read", "--allow-env"];
const here = (name: string) => new URL(name, import.meta.url).pathname;
const deno = (name: string, ...args: string[]) => [...DENO, here(name), ...args];
const python = (name: string, ...args: string[]) => ["python3", here(name), ...args];

const peer1B = python("peer_ffn.py");
const peer7B = python("peer_ffn.py", "--features=4096", "--neurons=16384");
const peerStep = python("peer_step.py", "--steps=15");
const step = (mode: string, repeatable: boolean) =>
  deno("step.ts", "--steps=15", `--mode=${mode}`, `--repeatable=${repeatable}`);

/** The commands of each section, in turn. */
const SECTIONS: Readonly<Record<string, readonly string[][]>> = {
  ffn: [
    peer1B,
    deno("feed_forward.ts"),
    peer1B,
    deno("feed_forward.ts", "--sparsity=93.75"),
    deno("feed_forward.ts", "--sparsity=96.875"),
    peer7B,
    deno("feed_forward.ts", "--preset=llama-7b"),
    peer7B,
    deno("feed_forward.ts", "--preset=llama-7b", "--sparsity=93.75"),
    deno("feed_forward.ts", "--preset=llama-7b", "--sparsity=96.875"),
  ],
  step: [peerStep, step("sparse", false), step("dense", false), peerStep, step("sparse", true), step("dense", true)],
  attention: [deno("attention.ts"), deno("attention.ts", "--repeatable=false")],
  sm80: [deno("products_sm80.ts")],
  kernels: [deno("packers.ts"), python("check_kernels.py"), python("products_peer.py")],
};

/** A line of JSON that a benchmark printed, as far as the table needs it. */
interface Row {
  readonly what?: string;
  readonly who?: string;
  readonly features?: number;
  readonly mode?: string;
  readonly repeatable?: string;
  readonly sparsity?: number;
  readonly medianMilliseconds?: number;
  readonly fastest?: number;
  readonly slowest?: number;
}

async function run([command = "", ...args]: readonly string[]): Promise<Row[]> {
  const { success, stdout } = await new Deno.Command(command, { args, stdout: "piped", stderr: "inherit" }).output();
  const text = new TextDecoder().decode(stdout);
  Deno.stdout.writeSync(stdout);
  if (!success) print({ what: "failed", command: [command, ...args].join(" ") });
  return text.split("\n").filter((line) => line.startsWith("{")).map((line): Row => JSON.parse(line));
}

const kindOf = ({ what, features }: Row): string => {
  if (what?.endsWith("step")) return "step, 1B";
  return features === 4096 ? "feed-forward network, 7B" : "feed-forward network, 1B";
};
const isPeer = ({ who, what }: Row): boolean => who?.startsWith("PyTorch") === true || what === "peer step";

/** Every row of ours over the mean of the medians of its peers. */
function printTable(rows: readonly Row[]): void {
  const timed = rows.filter(({ what, medianMilliseconds }) =>
    medianMilliseconds !== undefined && (what === "feed-forward network" || what?.endsWith("step") === true)
  );
  const lines = [
    "",
    "| what | ours | ms (fastest to slowest) | PyTorch, compiled, ms | ratio |",
    "| --- | --- | ---: | ---: | ---: |",
  ];
  for (const row of timed.filter((candidate) => !isPeer(candidate))) {
    const peers = timed.filter((other) => isPeer(other) && kindOf(other) === kindOf(row));
    const peer = peers.reduce((sum, { medianMilliseconds = NaN }) => sum + medianMilliseconds, 0) / peers.length;
    const { medianMilliseconds: ours = NaN, fastest = NaN, slowest = NaN, who, mode, repeatable, sparsity } = row;
    const form = mode === undefined ? `${who}, ${sparsity} %` : `${mode}${repeatable === "true" ? ", repeatable" : ""}`;
    lines.push(
      `| ${kindOf(row)} | ${form} | ${ours.toFixed(3)} (${fastest.toFixed(3)} to ${slowest.toFixed(3)}) | ${
        peers.map(({ medianMilliseconds = NaN }) => medianMilliseconds.toFixed(3)).join(", ")
      } | ${(peer / ours).toFixed(2)}x |`,
    );
  }
  Deno.stdout.writeSync(new TextEncoder().encode(lines.join("\n") + "\n"));
}

const only = option("only", Object.keys(SECTIONS).join(",")).split(",");
const rows: Row[] = [];
for (const section of only) for (const command of SECTIONS[section] ?? []) rows.push(...await run(command));
printTable(rows);
