import { fromFileUrl, join } from "@std/path";
import { buildStubs } from "../../packages/cuda/testing/build_stubs.ts";

const program = fromFileUrl(new URL("./reproduce.ts", import.meta.url));
const flags = ["--allow-read", "--allow-write", "--allow-run", "--allow-env=INIT_CWD"];

/** Starts `deno task reproduce` on the text of a folder, with rows and runs in it. */
export function start(folder: string, ...more: string[]): Deno.ChildProcess {
  return startWith({}, folder, "--device", "cpu", ...more);
}

/** The same on stand-ins of the CUDA driver, on which steps take no time and losses are 0. */
export async function startOnStubs(folder: string, ...more: string[]): Promise<Deno.ChildProcess> {
  return startWith(await buildStubs(folder), folder, "--device", "cuda", ...more);
}

function startWith(env: Record<string, string>, folder: string, ...more: string[]): Deno.ChildProcess {
  const places = ["--data", join(folder, "text.txt"), "--out", join(folder, "rows"), "--runs", join(folder, "runs")];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...flags, program, ...places, ...more],
    env,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** How a process ended, and what it said; a signal is sent to it when its runs begin. */
export async function wordsOf(
  process: Deno.ChildProcess,
  signal?: Deno.Signal,
): Promise<{ code: number; words: string }> {
  let words = "";
  const errors = new Response(process.stderr).text();
  for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
    words += text;
    if (signal !== undefined && text.includes("one run at a time")) process.kill(signal);
  }
  return { code: (await process.status).code, words: words + await errors };
}
