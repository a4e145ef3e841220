import type { MarkNames } from "./_find_text_marks.ts";
import { TokenizerError } from "./tokenizer_error.ts";

/**
 * The names of the tokens around texts in a `tokenizer_config.json`, which `transformers` keeps beside a tokenizer.
 *
 * @param path The file; when it is missing nothing is said
 * @throws {TokenizerError} If the file is not JSON
 */
export async function readConfiguredMarks(path: string): Promise<MarkNames> {
  const text = await Deno.readTextFile(path).catch(() => undefined);
  if (text === undefined) return {};
  try {
    const config: unknown = JSON.parse(text);
    return { bos: nameOf(config, "bos_token"), eos: nameOf(config, "eos_token") };
  } catch (error) {
    throw new TokenizerError(`Cannot load ${path} as it must be JSON`, { cause: error });
  }
}

/** A name, an object that holds it as `content`, or null for none. */
function nameOf(config: unknown, key: string): string | null | undefined {
  const value = get(config, key);
  if (value === null || typeof value === "string") return value;
  const content = get(value, "content");
  return typeof content === "string" ? content : undefined;
}

function get(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
