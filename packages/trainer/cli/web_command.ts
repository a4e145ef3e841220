import { runFolder, UsageError } from "@beyond24/run";
import { type Call, type Command, defineCommand } from "./command.ts";
import { exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { interrupted } from "./interrupted.ts";
import { listen } from "./listen.ts";
import { firstPort, loopback, reading } from "./permissions.ts";

const flags = {
  port: {
    kind: "integer",
    minimum: 0,
    maximum: 65_535,
    placeholder: "number",
    default: firstPort,
    sentence: `Port on ${loopback}; 0 takes a free one`,
  },
  run: {
    kind: "text",
    form: "the folder of a run",
    placeholder: "dir",
    sentence: "Show the run in this folder, finished or still going on",
  },
} as const satisfies FlagTable;

/** `web`: serves the page, until it is interrupted. */
export const webCommand: Command = defineCommand({
  name: "web",
  sentence: "Serves a page on loopback that trains in the browser, or shows a run",
  flags,
  tasks: [{ name: "web", permissions: { ...reading, net: [loopback] } }],
  run: async (call) => {
    await web(call);
    return exitCodes.done;
  },
});

async function web({ flags: { port, run }, terminal }: Call<typeof flags>): Promise<void> {
  if (run !== undefined) await checkIsRun(run);
  // Loaded only here, so that other commands never load the page.
  const { servePage, serveRun } = await import("@beyond24/dashboard");
  const { url, close } = await listen(port, () => run === undefined ? servePage({ port }) : serveRun(run, { port }));
  terminal.out(`Open ${url} in a browser; stop with Ctrl+C\n`);
  await interrupted();
  await close();
}

async function checkIsRun(run: string): Promise<void> {
  const { config } = runFolder(run);
  if (await Deno.stat(config).then(({ isFile }) => isFile, () => false)) return;
  throw new UsageError(`Cannot show ${run} as there is no such run: it holds no config.json`);
}
