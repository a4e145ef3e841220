import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { inTerminal, screenOf, type TerminalOptions } from "../_pseudo_terminal.ts";
import { withFolder } from "../_testing.ts";

const root = fromFileUrl(new URL("../../../", import.meta.url));
const deno = Deno.execPath();
const micro = "--set model.layers=1 train.batchSize=2 train.validationTokens=512";

/** Runs a task as a user does who stands in `folder`, and checks what holds for every task. */
async function task(folder: string, words: string, options: Omit<TerminalOptions, "cwd"> = {}) {
  const { code, output } = await inTerminal(`${deno} task --config ${join(root, "deno.json")} ${words}`, {
    cwd: folder,
    ...options,
  });
  const screen = screenOf(output);
  const shown = screen.join("\n");
  assertEquals([...shown].filter((character) => "█░".includes(character)), [], `nothing of the bar stays: ${shown}`);
  for (const path of [folder, root.slice(0, -1)]) assert(!shown.includes(path), `no absolute path: ${shown}`);
  return { code, output, shown };
}

Deno.test({
  name: "every task works in a pseudo-terminal without a question, on paths as the user gives them",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      const first = await task(folder, "train --set train.steps=4 train.validationTokens=512");
      assertEquals(first.code, 0, first.shown);
      // A device that starts threads: the reference would not need what the threads of a CPU do.
      assertMatch(first.shown, /device +(CPU|webgpu|CUDA)/i);
      assertMatch(first.output, /step \d+( ·)? loss \d\.\d{4}( ·)? [^ ]+( s)? left/);
      const run = /run (runs\/\S+) · report (runs\/\S+\/report\.html)\n?/.exec(first.shown.replaceAll("\n", ""))?.[1];
      assert(run !== undefined, first.shown);
      assert((await Deno.stat(join(folder, run, "report.html"))).isFile);

      const own = await task(folder, `train --data text.txt --out own --baseline ${micro} train.steps=4`);
      assertEquals(own.code, 0, own.shown);
      const native = await task(folder, `train:native --data text.txt --out native ${micro} train.steps=2`);
      assertEquals(native.code, 0, native.shown);

      const tasks: [words: string, shows: RegExp][] = [
        ["sample own --tokens 4 --prompt whale", /whale/],
        ["evaluate own --text text.txt", /text\.txt: \d\.\d{4} bits per byte/],
        ["plan --preset llama-1b", /Parameters/],
        ["report own", /Report: own\/report\.html/],
        ["compare own native --out both.html", /Comparison: both\.html/],
        ["runs .", /native/],
        ["explain train.steps", /Optimizer steps/],
        ["train --help", /--init-from/],
        ["train --resume own", /own/],
      ];
      for (const [words, shows] of tasks) {
        const { code, shown } = await task(folder, words);
        assertEquals(code, 0, `${words}: ${shown}`);
        assertMatch(shown, shows);
      }
      const missing = await task(folder, "train --data nothing.txt");
      assertEquals(missing.code, 3);
      assertStringIncludes(missing.shown, "Cannot read nothing.txt as it does not exist");
    }),
});

Deno.test({
  name: "tune works in a pseudo-terminal without a question, and drivers are quiet where nobody has a session",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      const { code, shown } = await task(folder, "tune --rounds 1 --out tiles.json", {
        interruptAfter: /Measuring/,
        meanwhile: () => new Promise((resolve) => setTimeout(resolve, 3000)),
      });
      // Without an adapter it ends by itself.
      assert(code === 130 || code === 6, `exit code ${code}: ${shown}`);
      assert(shown.split("\n").length < 20, shown);
      assert(!shown.includes("XDG_RUNTIME_DIR"), shown);
    }),
});

/** Fetches the address that a task has printed. */
async function page(output: string): Promise<string> {
  const url = /http:\/\/\S+/.exec(output)?.[0] ?? "";
  assertMatch(url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  const response = await fetch(url);
  assertEquals(response.status, 200, url);
  return await response.text();
}

Deno.test({
  name: "web and train:watch print a line with an address that works, and stop when they are interrupted",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withFolder(async (folder) => {
      const web = await task(folder, "web --port 0", {
        interruptAfter: /http:\/\/\S+\s/,
        meanwhile: async (output) => assertStringIncludes(await page(output), "<html"),
      });
      assertEquals(web.code, 0, web.shown);

      const watched = await task(folder, `train:watch --data text.txt --out run ${micro} train.steps=100000`, {
        interruptAfter: /http:\/\/\S+\s[^]*step [1-9]/,
        meanwhile: async (output) => assertStringIncludes(await page(output), "<html"),
      });
      assertEquals(watched.code, 130, watched.shown);
      assertMatch(watched.shown, /\npage +http:\/\/127\.0\.0\.1:\d+\/\n/);
      assertStringIncludes(watched.shown, "Stopped, go on with --resume");
    }),
});
