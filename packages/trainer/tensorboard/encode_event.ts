import { type MetricsColumn, metricsColumns, type StepMetrics } from "@beyond24/run";
import { PbfWriter } from "pbf";

/**
 * The event that a file begins with: the version of the format.
 *
 * @param seconds When it was, in seconds since 1970
 * @returns Contents of a record
 */
export function encodeVersion(seconds: number): Uint8Array {
  return encode(seconds, 0, (event) => event.writeStringField(fields.event.fileVersion, "brain.Event:2"));
}

/**
 * A start: TensorBoard forgets what the file said of this step and later ones, which are done again.
 *
 * @param step The first step to come
 * @param seconds When it was, in seconds since 1970
 * @returns Contents of a record
 */
export function encodeRestart(step: number, seconds: number): Uint8Array {
  return encode(seconds, step, (event) => event.writeMessage(fields.event.sessionLog, writeStatus, started));
}

/**
 * A step as an event with a value for every column that it measured, by the column's name.
 *
 * @param row The step
 * @param seconds When it was, in seconds since 1970
 * @param described Columns whose unit and meaning the file holds already; those of this event are added
 * @returns Contents of a record
 */
export function encodeStep(row: StepMetrics, seconds: number, described: Set<string>): Uint8Array {
  return encode(seconds, row.step, (event) => {
    event.writeMessage(fields.event.summary, writeSummary, measuredValues(row, described));
  });
}

/** Numbers of the fields in TensorFlow's `event.proto` and `summary.proto`. */
const fields = {
  event: { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 },
  sessionLog: { status: 1 },
  summary: { value: 1 },
  value: { tag: 1, simpleValue: 2, metadata: 9 },
  metadata: { description: 3 },
} as const;

/** The status of a session that starts. */
const started = 1;

function encode(seconds: number, step: number, write: (event: PbfWriter) => void): Uint8Array {
  const event = new PbfWriter();
  event.writeDoubleField(fields.event.wallTime, seconds);
  if (step > 0) event.writeVarintField(fields.event.step, step);
  write(event);
  return event.finish();
}

function writeStatus(status: number, log: PbfWriter): void {
  log.writeVarintField(fields.sessionLog.status, status);
}

/** One value of an event. */
interface Scalar {
  readonly tag: string;
  readonly value: number;
  /** Unit and meaning, where they are told. */
  readonly description: string | undefined;
}

const columns: readonly [name: string, column: MetricsColumn][] = Object.entries(metricsColumns);

function measuredValues(row: StepMetrics, described: Set<string>): Scalar[] {
  const values = new Map<string, unknown>(Object.entries(row));
  return columns.flatMap(([name, { title, part, unit, sentence }]) => {
    const value = values.get(name);
    if (name === "step" || typeof value !== "number") return [];
    const description = described.has(name) ? undefined : unit === undefined ? sentence : `${sentence}, in ${unit}`;
    described.add(name);
    const tag = part === undefined ? title : `${title}/${part}`;
    return [{ tag, value: unit === "percent" ? 100 * value : value, description }];
  });
}

function writeSummary(values: readonly Scalar[], summary: PbfWriter): void {
  for (const value of values) summary.writeMessage(fields.summary.value, writeScalar, value);
}

function writeScalar({ tag, value, description }: Scalar, writer: PbfWriter): void {
  writer.writeStringField(fields.value.tag, tag);
  writer.writeFloatField(fields.value.simpleValue, value);
  if (description !== undefined) writer.writeMessage(fields.value.metadata, writeMetadata, description);
}

function writeMetadata(description: string, metadata: PbfWriter): void {
  metadata.writeStringField(fields.metadata.description, description);
}
