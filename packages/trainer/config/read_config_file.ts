import { DiskError, readTextFile } from "@beyond24/disk";
import { type ConfigValues, flattenConfig, UsageError } from "@beyond24/run";

/**
 * Reads a configuration file: JSON with any of the sections of a {@linkcode RunConfig}.
 *
 * @param path The file
 * @returns Values by dotted key
 * @throws {UsageError} If the file is missing or not JSON
 */
export async function readConfigFile(path: string): Promise<ConfigValues> {
  const text = await readTextFile(path).catch((error: unknown) => {
    if (!(error instanceof DiskError)) throw error;
    throw new UsageError(error.message, { cause: error });
  });
  if (text === undefined) throw new UsageError(`Cannot read configuration ${path} as it does not exist`);
  return flattenConfig(parse(path, text), path);
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read configuration ${path} as it must be JSON: current value is ${reason}`);
  }
}
