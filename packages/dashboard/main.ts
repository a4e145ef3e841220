/**
 * The command line: `deno run packages/dashboard/main.ts [--port 8024] [--run DIR]`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { runFilePath } from "./server/read_run_file.ts";
import { servePage } from "./serve_page.ts";
import { serveRun } from "./serve_run.ts";

const help = `Serve the dashboard on loopback.

  --port N   port on 127.0.0.1 (default 8024; 0 takes a free one)
  --run DIR  show the run in this folder, finished or still going on
  --help     this text
`;

/** Reads the arguments, or prints what is wrong with them and returns nothing. */
function readArguments(args: string[]): { run?: string; port: number; help: boolean } | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: { run: { type: "string" }, port: { type: "string", default: "8024" }, help: { type: "boolean" } },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new RangeError(`Cannot listen as --port must be from 0 to 65535: current value is ${values.port}`);
    }
    return { ...(values.run === undefined ? {} : { run: values.run }), port, help: values.help ?? false };
  } catch (error) {
    write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    return undefined;
  }
}

function write(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

async function main(args: string[]): Promise<number> {
  const options = readArguments(args);
  if (options === undefined) return 2;
  if (options.help) {
    write(help);
    return 0;
  }
  const { run, port } = options;
  if (run !== undefined && await runFilePath(run, "config.json") === undefined) {
    write(`Cannot show a run as there is none: current value is ${run}, which holds no config.json\n`);
    return 2;
  }
  try {
    const server = run === undefined ? await servePage({ port }) : await serveRun(run, { port });
    write(`Open ${server.url} in a browser; stop with Ctrl+C\n`);
    await new Promise<void>((resolve) => Deno.addSignalListener("SIGINT", resolve));
    await server.close();
    return 0;
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    write(`Cannot listen as the port is taken: current value is ${port}. Use another --port\n`);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
