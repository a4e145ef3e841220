/** Serves the dashboard as a person would, in a process with just the permissions that it needs. */
export async function withDashboard(args: string[], use: (url: string) => Promise<void>): Promise<void> {
  const main = new URL("../main.ts", import.meta.url).pathname;
  const permissions = ["--allow-read", "--allow-env", "--allow-run", "--allow-net=127.0.0.1", "--no-prompt"];
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...permissions, main, "--port", "0", ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  try {
    await use(await readUrl(process.stdout));
  } finally {
    process.kill("SIGINT");
    const { code } = await process.status;
    if (code !== 0) throw new Error(`Cannot end the dashboard in an orderly way: its exit code is ${code}`);
    await process.stdout.cancel().catch(() => {});
  }
}

async function readUrl(stdout: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const reader = stdout.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    text += value ?? "";
    const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(text)?.[0];
    if (url !== undefined) return url;
    if (done) throw new Error(`Cannot test the page as the dashboard ended: ${text}`);
  }
}
