import { DataError } from "../data_error.ts";
import { findSourceFiles, type SourceFile } from "../documents/source_file.ts";
import type { PrepareOptions } from "./prepare_options.ts";

/** Where the documents of a file go: to one part, or to either, by their digest. */
export type Destination = "train" | "validation" | "by digest";

/** A file to be prepared. */
export interface PlannedSource {
  /** The file. */
  readonly file: SourceFile;
  /** Where its documents go. */
  readonly destination: Destination;
}

/** The part of the documents that is held out where nothing is said. */
export const defaultValidation = 0.005;

/** The error of a single document of which a part is to be held out. */
export function loneDocumentError(): DataError {
  return new DataError(
    "Cannot prepare as the only document is either trained on or held out: name another file to hold out with " +
      "--validation, or cut it into several",
  );
}

/**
 * The files of a preparation, in order: those to train on, then those that are held out.
 *
 * @throws {DataError} If there are none, the part that is held out is out of bounds, or is to be of a single text
 */
export async function planSources(options: PrepareOptions): Promise<PlannedSource[]> {
  const { paths, validation = defaultValidation, onWarning } = options;
  if (typeof validation === "number" && !(validation >= 0 && validation < 1)) {
    throw new DataError(
      `Cannot hold documents out as their part must be from 0 to below 1: current value is ${validation}`,
    );
  }
  let passed = 0;
  const onPassed = () => passed++;
  const files = await findSourceFiles(paths, onPassed);
  const destination = typeof validation === "number" && validation > 0 ? "by digest" : "train";
  const [first, second] = files;
  if (destination === "by digest" && first?.format === "text" && second === undefined) throw loneDocumentError();
  const held = typeof validation === "number" ? [] : await findSourceFiles(validation, onPassed);
  if (passed > 0) {
    onWarning?.(`${passed} files of folders are passed over as their names do not say that they hold documents`);
  }
  return [
    ...files.map((file) => ({ file, destination } as const)),
    ...held.map((file) => ({ file, destination: "validation" } as const)),
  ];
}
