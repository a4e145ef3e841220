import { join } from "@std/path";
import { LineFollower } from "./line_follower.ts";
import { readRunJson } from "./read_run_file.ts";

/** Options of {@linkcode streamRun}. */
export interface StreamRunOptions {
  /** Ends the stream. */
  readonly signal: AbortSignal;
  /** Milliseconds between two looks at the files. Default 500. */
  readonly interval?: number;
}

/** Files of lines by the name of their events. */
const lineFiles = { metrics: "metrics.jsonl", baseline: "baseline.jsonl", scores: "scores.jsonl" } as const;
/** Files that are replaced as a whole, by the name of their events. */
const wholeFiles = { config: "config.json", summary: "summary.json" } as const;
/** Looks without news after which a comment keeps the connection open. */
const quietLooks = 30;

/**
 * A run as server-sent events: `config` and `summary` whenever they change, `null` when they are gone; `metrics` and
 * `baseline` with a JSON array of new steps, `scores` with one of new scores; `restart` when what came before does not
 * hold any more; `caught-up` once all that was there has been sent, and again after a restart.
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
  const looks = [
    ...Object.entries(wholeFiles).map(([name, file]) => lookAtWhole(folder, name, file)),
    ...Object.entries(lineFiles).map(([name, file]) => lookAtLines(join(folder, file), name)),
  ];
  let isCaughtUp = false;
  // The first bytes let the browser call the stream open.
  yield ": run\n\n";
  for (let quiet = 0; !signal.aborted; quiet++) {
    const news = (await Promise.all(looks.map((look) => look()))).flat();
    yield* news;
    if (news.some((one) => one.startsWith("event: restart"))) isCaughtUp = false;
    if (news.length > 0) {
      quiet = 0;
      continue;
    }
    if (!isCaughtUp) yield event("caught-up", true);
    isCaughtUp = true;
    if (quiet % quietLooks === quietLooks - 1) yield ": still here\n\n";
    await sleep(interval, signal);
  }
}

/** Looks once more at a file and says in events what is new. */
type Look = () => Promise<string[]>;

function lookAtLines(path: string, name: string): Look {
  const follower = new LineFollower(path);
  return async () => {
    const { restarted, lines } = await follower.read();
    const rows = lines.flatMap(readRow);
    return [
      ...(restarted ? [event("restart", name)] : []),
      ...(rows.length > 0 ? [event(name, rows)] : []),
    ];
  };
}

function lookAtWhole(folder: string, name: string, file: string): Look {
  let known = "null";
  return async () => {
    const value = await readRunJson(folder, file) ?? null;
    const text = JSON.stringify(value);
    if (text === known) return [];
    known = text;
    return [event(name, value)];
  };
}

/** The object on a line; nothing for a line that holds none. */
function readRow(line: string): object[] {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === "object" && row !== null ? [row] : [];
  } catch {
    return [];
  }
}

/** The data is written as JSON here, not passed on: in JSON, a line end of the file cannot end a line of the stream. */
function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
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
