/**
 * Files of JSON that are checked against a schema when they are read.
 *
 * @module
 */
import { type GenericSchema, getDotPath, safeParse } from "valibot";
import { readTextFile, type ReadTextFileOptions } from "./read_text_file.ts";

/**
 * Reads a file of JSON and checks it against a schema, so that whatever lies there, what is returned has its type.
 *
 * @typeParam Content What the file holds
 * @param path The file
 * @param schema What it must be like, in valibot's terms
 * @param options Its greatest length
 * @returns What it holds, or undefined when there is no such file
 * @throws {SyntaxError} If it is not JSON or not of that type; the message names file, place and value
 * @throws {DiskError} If the system refuses it
 *
 * @example Read a number
 * ```ts
 * import { readJsonFile } from "@beyond24/disk/json";
 * import { number, object } from "valibot";
 * import { assertRejects } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{ "steps": "many" }');
 * await assertRejects(
 *   () => readJsonFile(path, object({ steps: number() })),
 *   SyntaxError,
 *   'as its steps must be number: current value is "many"',
 * );
 * ```
 */
export async function readJsonFile<Content>(
  path: string,
  schema: GenericSchema<unknown, Content>,
  options: ReadTextFileOptions = {},
): Promise<Content | undefined> {
  const text = await readTextFile(path, options);
  if (text === undefined) return undefined;
  try {
    return checkJson(schema, parseJson(text));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new SyntaxError(`Cannot read ${path} as ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/**
 * Parses JSON.
 *
 * @param text The text
 * @returns The value
 * @throws {SyntaxError} With a message of one line that can follow "as"
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError(`it must be JSON: current value is ${shown(text)}`);
  }
}

/**
 * Checks a value against a schema.
 *
 * @typeParam Content The type that the schema stands for
 * @param schema What it must be like, in valibot's terms
 * @param value Any value of JSON
 * @returns The value, of that type
 * @throws {SyntaxError} With a message of one line that can follow "as"
 */
export function checkJson<Content>(schema: GenericSchema<unknown, Content>, value: unknown): Content {
  const result = safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = getDotPath(issue);
  const subject = place === null ? "it" : `its ${place}`;
  if (issue.received === "undefined") throw new SyntaxError(`${subject} is missing`);
  const expected = issue.expected ?? kinds.get(issue.type) ?? "another";
  throw new SyntaxError(`${subject} must be ${expected}: current value is ${shown(issue.received)}`);
}

/** What numbers must be by the checks of valibot that do not say it themselves. */
const kinds: ReadonlyMap<string, string> = new Map([
  ["finite", "finite"],
  ["integer", "a whole number"],
  ["safe_integer", "a whole number"],
]);

/**
 * A value that may be long and hold anything, as a part of a message of one line.
 *
 * @param text The value as text
 * @returns At most sixty characters
 */
export function shown(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ").trim();
  return line.length <= 60 ? line || "nothing" : `${line.slice(0, 57)}…`;
}
