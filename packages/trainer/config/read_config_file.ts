import { type ConfigValues, flattenConfig, UsageError } from "@beyond24/run";

/**
 * Reads a configuration file: JSON with any of the sections of a {@linkcode RunConfig}.
 *
 * @param path The file
 * @returns Values by dotted key
 * @throws {UsageError} If the file is missing or not JSON
 */
export async function readConfigFile(path: string): Promise<ConfigValues> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "it does not exist" : "the system refuses it";
    throw new UsageError(`Cannot read configuration ${path} as ${reason}`, { cause: error });
  }
  return flattenConfig(parse(path, text), path);
}

function parse(path: string, text: string): unknown {
  try {
    // Editors on Windows begin a file with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read configuration ${path} as it must be JSON: current value is ${reason}`);
  }
}
