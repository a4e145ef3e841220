import { TextLineStream } from "../harness/text_line_stream.ts";

async function say(message: Record<string, unknown>): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
}

/**
 * The side of the peer: prepares, tells its name or why it cannot run, then runs once for every line it reads.
 *
 * @param prepare Gives the name and the run
 */
export async function serve(prepare: () => Promise<{ name: string; run: () => Promise<void> }>): Promise<void> {
  let prepared: { name: string; run: () => Promise<void> };
  try {
    prepared = await prepare();
    await prepared.run();
  } catch (error) {
    await say({ skip: error instanceof Error ? error.message.split("\n")[0] : String(error) });
    Deno.exit();
  }
  await say({ name: prepared.name });
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const _ of lines) {
    const start = performance.now();
    await prepared.run();
    await say({ ms: performance.now() - start });
  }
  Deno.exit();
}
