import { CheckpointError } from "@beyond24/checkpoint";
import { BlasError } from "@beyond24/cpu";
import { DataError } from "@beyond24/data";
import { FolderInUseError } from "@beyond24/data/prepare";
import { DeviceLostError, DeviceUnavailableError, OutOfMemoryError } from "@beyond24/device";
import { DiskError } from "@beyond24/disk";
import { EvaluationError } from "@beyond24/evaluation";
import { HubError } from "@beyond24/hub";
import { MpiError } from "@beyond24/mpi";
import { UsageError } from "@beyond24/run";
import { TokenizerError } from "@beyond24/tokenizer";
import { assertEquals } from "@std/assert";
import { NonFiniteError } from "../non_finite_error.ts";
import { RanksError } from "../ranks/ranks_error.ts";
import { exitCodeOf } from "./exit_codes.ts";

Deno.test("exitCodeOf knows every kind of error", () => {
  const cases: [unknown, number][] = [
    [new UsageError("x"), 2],
    [new FolderInUseError("x"), 2],
    [new BlasError("x"), 2],
    [new Deno.errors.NotCapable("x"), 2],
    [new DataError("x"), 3],
    [new TokenizerError("x"), 3],
    [new EvaluationError("x"), 3],
    [new CheckpointError("x"), 4],
    [new DiskError("x"), 4],
    [new HubError("x"), 4],
    [Object.assign(new Error("No space left on device"), { code: "ENOSPC" }), 4],
    [new NonFiniteError("x", 3), 5],
    [new OutOfMemoryError("x"), 6],
    [new DeviceLostError("x"), 6],
    [new DeviceUnavailableError("x"), 6],
    [new MpiError("x"), 7],
    [new RanksError("x"), 7],
    [new TypeError("x"), 1],
    ["x", 1],
  ];
  for (const [error, code] of cases) assertEquals(exitCodeOf(error), code);
});
