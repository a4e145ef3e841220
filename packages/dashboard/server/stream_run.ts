import { join } from "@std/path";
import { LineFollower } from "./line_follower.ts";
import { readRunFile } from "./read_run_file.ts";

/** Options of {@linkcode streamRun}. */
export interface StreamRunOptions {
  /** Ends the stream. */
  readonly signal: AbortSignal;
  /** Milliseconds between two looks at the files. Default 500. */
  readonly interval?: number;
}

/** Followed files by the name of their events. */
const followed = { metrics: "metrics.jsonl", baseline: "baseline.jsonl" } as const;
/** Looks without news after which a comment keeps the connection open. */
const quietLooks = 30;

/**
 * A run as server-sent events: `metrics` and `baseline` with a JSON array of new steps, `restart` when what came before
 * does not hold any more, `caught-up` once all that was there has been sent, `summary` whenever there is a new one.
 */
export function streamRun(folder: string, { signal, interval = 500 }: StreamRunOptions): Response {
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const events = runEvents(folder, ended, interval);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await events.next();
        if (done) controller.close();
        else controller.enqueue(new TextEncoder().encode(value));
      } catch (error) {
        controller.error(error);
      }
    },
    cancel: () => stop.abort(),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
}

async function* runEvents(folder: string, signal: AbortSignal, interval: number): AsyncGenerator<string> {
  const followers = Object.entries(followed).map(([name, file]) =>
    [name, new LineFollower(join(folder, file))] as const
  );
  let summary = "";
  let isCaughtUp = false;
  // The first bytes let the browser call the stream open.
  yield ": run\n\n";
  for (let quiet = 0; !signal.aborted; quiet++) {
    let hasNews = false;
    for (const [name, follower] of followers) {
      const { restarted, lines } = await follower.read();
      if (restarted) yield event("restart", JSON.stringify(name));
      // The lines are JSON already.
      if (lines.length > 0) yield event(name, `[${lines.join(",")}]`);
      hasNews ||= restarted || lines.length > 0;
    }
    const text = await readSummary(folder);
    if (text !== summary && text !== "") yield event("summary", text);
    summary = text;
    if (hasNews) {
      quiet = 0;
      continue;
    }
    if (!isCaughtUp) yield event("caught-up", "true");
    isCaughtUp = true;
    if (quiet % quietLooks === quietLooks - 1) yield ": still here\n\n";
    await sleep(interval, signal);
  }
}

function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}

/** The summary on one line, or nothing while there is none or it is only half written. */
async function readSummary(folder: string): Promise<string> {
  const response = await readRunFile(folder, "summary.json");
  if (response === undefined) return "";
  try {
    return JSON.stringify(await response.json());
  } catch (error) {
    if (error instanceof SyntaxError) return "";
    throw error;
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
