import { applyConfig, type ConfigValues, type RunConfig } from "@beyond24/run";
import { openDevice } from "../device/open_device.ts";
import { type LoadedModel, loadModel, type LoadModelOptions } from "../sample/load_model.ts";
import type { Terminal } from "./terminal.ts";

/** Loads the model of a run: on the device that the flags name, else, wherever it was trained, on the fastest one. */
export function openRunModel(
  path: string,
  keys: ConfigValues,
  terminal: Terminal,
  options: Pick<LoadModelOptions, "tokenizer"> = {},
): Promise<LoadedModel> {
  const device = { "device.name": "auto", ...keys };
  const open = (config: RunConfig) => openDevice(applyConfig(config, device, "the flags").device, terminal.error);
  const onWarning = (message: string) => terminal.error(`warning: ${message}\n`);
  return loadModel(path, open, { onWarning, ...options });
}
