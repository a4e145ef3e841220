import { CheckpointError } from "@beyond24/checkpoint";
import { DataError } from "@beyond24/data";
import { OutOfMemoryError } from "@beyond24/device";
import { MpiError } from "@beyond24/mpi";
import { UsageError } from "@beyond24/run";
import { assertEquals } from "@std/assert";
import { NonFiniteError } from "../non_finite_error.ts";
import { RanksError } from "../ranks/ranks_error.ts";
import { exitCodeOf } from "./exit_codes.ts";

Deno.test("exitCodeOf knows every kind of error", () => {
  const cases: [unknown, number][] = [
    [new UsageError("x"), 2],
    [new DataError("x"), 3],
    [new CheckpointError("x"), 4],
    [Object.assign(new Error("No space left on device"), { code: "ENOSPC" }), 4],
    [new NonFiniteError("x", 3), 5],
    [new OutOfMemoryError("x"), 6],
    [new MpiError("x"), 7],
    [new RanksError("x"), 7],
    [new TypeError("x"), 1],
    ["x", 1],
  ];
  for (const [error, code] of cases) assertEquals(exitCodeOf(error), code);
});
