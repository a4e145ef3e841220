import { fromFileUrl } from "@std/path";

const main = fromFileUrl(new URL("../main.ts", import.meta.url));

/** The command line as a person calls it, with just these permissions. */
function command(permissions: readonly string[], ...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...permissions, main, ...args],
    stdout: "piped",
    stderr: "piped",
  });
}

/**
 * Trains a model of bytes for a few steps, serves it in a process of its own (`use` gets its address, as clients want
 * it), and ends that by Ctrl-C.
 */
export async function withServedRun(flags: readonly string[], use: (baseURL: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "served-" });
  const run = `${folder}/whale`;
  try {
    await Deno.writeTextFile(
      `${folder}/text.txt`,
      "Call me Ishmael. Some years ago, never mind how long precisely. ".repeat(400),
    );
    const settings = ["train.steps=12", "train.batchSize=2", "train.evaluateEvery=0", "model.layers=1"];
    const training = ["--preset", "tiny", "--data", `${folder}/text.txt`, "--out", run, "--device", "cpu"];
    const trained = await command(["--allow-read", "--allow-write"], "train", ...training, "--set", ...settings)
      .output();
    if (!trained.success) throw new Error(`Cannot train a model to serve: ${new TextDecoder().decode(trained.stderr)}`);
    const serving = ["--allow-read", "--allow-net=127.0.0.1"];
    const process = command(serving, "serve", run, "--port", "0", "--device", "cpu", ...flags).spawn();
    const complaints = new Response(process.stderr).text();
    try {
      await use(await readUrl(process.stdout));
    } catch (error) {
      kill(process);
      throw error;
    }
    process.kill("SIGINT");
    const { code } = await process.status;
    if (code !== 0 || await complaints !== "") {
      throw new Error(
        `Cannot end the server in an orderly way: its exit code is ${code}, and it said "${await complaints}"`,
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function kill(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** The address that the process prints. */
async function readUrl(stdout: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const bytes of stdout) {
    text += new TextDecoder().decode(bytes);
    const url = /http:\/\/127\.0\.0\.1:\d+\/v1/.exec(text)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`Cannot ask the server as it ended: ${text}`);
}
