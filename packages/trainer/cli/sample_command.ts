import { ByteTokenizer } from "@beyond24/data";
import { acceptsValue, configField, describeValues, type DeviceName, type RunConfig, UsageError } from "@beyond24/run";
import { sampleTokens, seededRandom } from "@beyond24/session";
import { Command } from "commander";
import { openDevice } from "../device/open_device.ts";
import { loadModel } from "../sample/load_model.ts";
import type { Terminal } from "./terminal.ts";

interface SampleOptions {
  readonly prompt: string;
  readonly tokens: string;
  readonly temperature: string;
  readonly topK: string;
  readonly seed: string;
  readonly device: string;
}

/** `sample`: continues a text with the model of a run. */
export function sampleCommand(terminal: Terminal): Command {
  return new Command("sample")
    .description("Continues a text with the model of a run's newest checkpoint.")
    .argument("<dir>", "folder of the run")
    .option("--prompt <text>", "text to begin with", "\n")
    .option("--tokens <number>", "tokens to draw", "256")
    .option("--temperature <number>", "0 always takes the most likely token", "0.8")
    .option("--top-k <number>", "draw from so many of the most likely tokens; 0 takes all", "40")
    .option("--seed <number>", "seed of the draws", "1")
    .option("--device <name>", "auto, reference, cpu, webgpu or cuda", "auto")
    .action((folder: string, options: SampleOptions) => sample(folder, options, terminal));
}

async function sample(folder: string, options: SampleOptions, terminal: Terminal): Promise<void> {
  const count = numberOf(options.tokens, "--tokens", Number.isSafeInteger);
  const temperature = numberOf(options.temperature, "--temperature", Number.isFinite);
  const topK = numberOf(options.topK, "--top-k", Number.isSafeInteger);
  const random = seededRandom(numberOf(options.seed, "--seed", Number.isSafeInteger));
  const prompt = new ByteTokenizer().encode(options.prompt);
  if (prompt.length === 0) {
    throw new UsageError("Cannot sample as --prompt must hold a character: current value is empty");
  }
  const name = deviceName(options.device);
  const open = ({ device }: RunConfig) => openDevice({ ...device, name });
  const onWarning = (message: string) => terminal.error(`warning: ${message}\n`);
  const { model, mode } = await loadModel(folder, open, { onWarning });
  try {
    terminal.out(options.prompt);
    const decoder = new TextDecoder();
    for await (const token of sampleTokens(model, prompt, { count, temperature, topK, random, mode })) {
      // A character of several bytes is written when its last byte is drawn.
      terminal.out(decoder.decode(Uint8Array.of(token), { stream: true }));
    }
    terminal.out(decoder.decode() + "\n");
  } finally {
    model.device.dispose();
  }
}

function numberOf(text: string, flag: string, isValid: (value: number) => boolean): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (isValid(value) && value >= 0) return value;
  const kind = isValid === Number.isFinite ? "a number" : "an integer";
  throw new UsageError(`Cannot sample as ${flag} must be ${kind} >= 0: current value is ${text}`);
}

function deviceName(name: string): DeviceName {
  const field = configField("device.name", "--device");
  if (acceptsValue(field, name)) return name as DeviceName;
  throw new UsageError(`Cannot sample as --device must be ${describeValues(field)}: current value is ${name}`);
}
