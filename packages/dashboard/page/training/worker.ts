/// <reference lib="webworker" />
/**
 * The thread that trains, so that the page stays alive while it does.
 *
 * @module
 */
import { DeviceUnavailableError } from "@beyond24/device";
import { trainLive } from "./train_live.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const pause = { requested: false, resume: () => {} };

function post(message: FromWorker): void {
  scope.postMessage(message);
}

/** Lets messages in, and waits while the page wants a pause. */
async function breathe(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (pause.requested) await new Promise<void>((resolve) => pause.resume = resolve);
}

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const name = error instanceof Error ? error.name : "";
  const reason = error instanceof DeviceUnavailableError
    ? "no-device"
    : ["DataError", "TokenizerError"].includes(name)
    ? "data"
    : "other";
  post({ type: "failed", reason, message });
}

scope.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "start") trainLive(data.settings, { post, breathe }).catch(fail);
  pause.requested = data.type === "pause";
  if (data.type === "resume") pause.resume();
};
