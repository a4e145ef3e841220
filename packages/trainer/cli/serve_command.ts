import { parseRunPath } from "@beyond24/run";
import { basename, resolve } from "@std/path";
import { type Call, type Command, defineCommand } from "./command.ts";
import { keyValues } from "./config_flags.ts";
import { exitCodes } from "./exit_codes.ts";
import type { FlagTable } from "./flag.ts";
import { interrupted } from "./interrupted.ts";
import { listen } from "./listen.ts";
import { openRunModel } from "./open_run_model.ts";
import { computing, loopback, native, type Permissions } from "./permissions.ts";

/** The port of the API unless another one is asked for. */
const apiPort = 8025;

const flags = {
  port: {
    kind: "integer",
    minimum: 0,
    maximum: 65_535,
    placeholder: "number",
    default: apiPort,
    sentence: `Port on ${loopback}; 0 takes a free one`,
  },
  sequences: {
    kind: "integer",
    minimum: 1,
    maximum: 1024,
    placeholder: "number",
    default: 4,
    sentence: "Texts that are continued together, a token of each a step; others wait",
  },
  queue: {
    kind: "integer",
    minimum: 1,
    maximum: 65_536,
    placeholder: "number",
    default: 64,
    sentence: "Texts that may wait; further requests are answered with 429",
  },
  device: { key: "device.name", placeholder: "name" },
} as const satisfies FlagTable;

const sentence = "Serves the model of a run's newest checkpoint on loopback, to clients of OpenAI's API";

function serving(permissions: Permissions): Permissions {
  return { ...permissions, net: [loopback] };
}

/** `serve`: answers completions until it is interrupted. */
export const serveCommand: Command = defineCommand({
  name: "serve",
  sentence,
  operand: { name: "dir", sentence: "the folder of a run", least: 1, most: 1 },
  flags,
  tasks: [
    { name: "serve", permissions: serving(computing) },
    {
      name: "serve:native",
      sentence: "Serves with native libraries: OpenBLAS on a CPU, CUDA on an NVIDIA GPU (allows foreign functions)",
      permissions: serving(native),
    },
  ],
  examples: [["serve runs/book --port 8025", "answers POST to http://127.0.0.1:8025/v1/completions"]],
  run: async (call) => {
    await serve(call);
    return exitCodes.done;
  },
});

async function serve({ flags: given, operands: [folder = ""], terminal }: Call<typeof flags>): Promise<void> {
  const { port, sequences, queue } = given;
  const loaded = await openRunModel(folder, keyValues(flags, given), terminal);
  const { model, mode, step } = loaded;
  try {
    // Loaded only here, so that other commands never load the server.
    const { serveModel } = await import("../serve/serve_model.ts");
    const id = basename(resolve(parseRunPath(folder).run));
    const report = (error: unknown) => terminal.error(`error: ${error instanceof Error ? error.message : error}\n`);
    const { url, close } = await listen(port, () => serveModel(loaded, { id, port, sequences, queue, report }));
    const { sequenceLength } = model.config.shape;
    terminal.out(`Model ${id}, step ${step}, ${mode}, ${sequenceLength} positions, on ${model.device.description}\n`);
    terminal.out(`Base URL for clients of OpenAI's API: ${url}v1; stop with Ctrl+C\n`);
    await interrupted();
    await close();
  } finally {
    model.device.dispose();
  }
}
