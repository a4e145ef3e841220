function dashboard(args: string[], stderr: "piped" | "inherit" = "inherit"): Deno.Command {
  const main = new URL("../../trainer/main.ts", import.meta.url).pathname;
  const permissions = ["--allow-read", "--allow-net=127.0.0.1", "--no-prompt"];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...permissions, main, "web", "--port", "0", ...args],
    stdout: "piped",
    stderr,
  });
}

/** Runs the dashboard to its end, as it comes by itself. */
export async function runDashboard(args: string[]): Promise<{ code: number; stderr: string }> {
  const { code, stderr } = await dashboard(args, "piped").output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

/** Serves the dashboard as a person would, in a process with just the permissions that it needs. */
export async function withDashboard(args: string[], use: (url: string) => Promise<void>): Promise<void> {
  const process = dashboard(args).spawn();
  try {
    await use(await readUrl(process.stdout));
    process.kill("SIGINT");
    const { code } = await process.status;
    if (code !== 0) throw new Error(`Cannot end the dashboard in an orderly way: its exit code is ${code}`);
  } catch (error) {
    kill(process);
    await process.status;
    throw error;
  }
}

function kill(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** The address that the process prints first. */
async function readUrl(stdout: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const bytes of stdout) {
    text += new TextDecoder().decode(bytes);
    const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(text)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`Cannot test the page as the dashboard ended: ${text}`);
}
