import { assertEquals, assertStringIncludes } from "@std/assert";

/** A process that is asked to stop and takes long to do so. */
const program = `
import { stopSignal } from "${new URL("./stop_signal.ts", import.meta.url)}";
import { consoleTerminal } from "${new URL("./terminal.ts", import.meta.url)}";
const { signal } = stopSignal(consoleTerminal, "after this row");
consoleTerminal.error("ready\\n");
while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
await new Promise((resolve) => setTimeout(resolve, 1500));
Deno.exit(130);
`;

/** Sends the signals, each so many milliseconds after the one before was heard, or the process was ready. */
async function signalled(
  signals: readonly Deno.Signal[],
  milliseconds: number,
): Promise<{ code: number; words: string }> {
  const args = ["eval", "--quiet", program];
  const process = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "piped" }).spawn();
  const rest = [...signals];
  let words = "";
  for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
    words += text;
    const next = rest.shift();
    if (next === undefined) continue;
    if (words.includes("Stopping")) await new Promise((resolve) => setTimeout(resolve, milliseconds));
    process.kill(next);
  }
  return { code: (await process.status).code, words };
}

const ignore = Deno.build.os === "windows";

Deno.test({
  name: "a second SIGTERM or Ctrl-C stops at once, and the exit code says so",
  ignore,
  fn: async () => {
    for (const name of ["SIGTERM", "SIGINT"] as const) {
      const { code, words } = await signalled([name, name], 400);
      assertEquals(code, 143, words);
      assertStringIncludes(words, "Stopped at once");
    }
  },
});

Deno.test({
  name: "a Ctrl-C that the terminal and deno task both send is one",
  ignore,
  fn: async () => {
    const { code, words } = await signalled(["SIGINT", "SIGINT"], 0);
    assertEquals(code, 130, words);
    assertStringIncludes(words, "Stopping after this row; Ctrl-C");
  },
});

Deno.test({
  name: "a SIGHUP that follows a Ctrl-C stops nothing at once",
  ignore,
  fn: async () => {
    const { code, words } = await signalled(["SIGINT", "SIGHUP"], 400);
    assertEquals(code, 130, words);
  },
});
