import { assertAlmostEquals, assertEquals } from "@std/assert";
import { testRow } from "./_testing.ts";
import { qualityRates } from "./experiments.ts";
import { compareRun, curveOf, secondsOf, studiesOf } from "./compare_runs.ts";

const dense = (seed: number, val_loss: number) => testRow({ run: "dense", seed, val_loss, recipe: "dense:100" });
const sparse = (seed: number, val_loss: number) =>
  testRow({
    run: "beyond-50",
    seed,
    val_loss,
    recipe: "dense:10,sparse:40,dense:50",
    step_ms: { dense: 10, sparse: 5 },
    curve: [[10, 3], [50, 2], [100, val_loss]],
  });

Deno.test("compareRun pairs rows by seed and corpus, at equal steps", () => {
  const rows = [dense(1, 1), dense(2, 1.1), sparse(1, 1.01), sparse(2, 1.122), sparse(3, 9)];
  const [study] = studiesOf(rows);
  const comparison = study && compareRun("beyond-50", study);
  assertEquals(comparison?.gap.n, 2);
  assertAlmostEquals(comparison?.gap.mean ?? NaN, 0.015, 1e-12);
  assertAlmostEquals(comparison?.loss.mean ?? NaN, 1.066, 1e-12);
  assertAlmostEquals(comparison?.bits.mean ?? NaN, 0.016 / Math.LN2, 1e-12);
  assertAlmostEquals(comparison?.time.mean ?? NaN, 0.8, 1e-12);
  assertAlmostEquals(comparison?.stepTime.mean ?? NaN, 0.5, 1e-12);
});

Deno.test("a twin on another corpus is none", () => {
  const rows = [{ ...dense(1, 1), corpus: "another" }, sparse(1, 1.01)];
  assertEquals(studiesOf(rows).map((study) => compareRun("beyond-50", study)), [undefined]);
});

Deno.test("a twin has the same learning rate", () => {
  const stable = { ...sparse(1, 1.01), settings: qualityRates.stable };
  const twin = { ...dense(1, 1), run: "dense-stable", settings: qualityRates.stable } as const;
  const cosine = { ...sparse(1, 0.51), run: "beyond-50-cosine", settings: qualityRates.cosine } as const;
  assertEquals(studiesOf([dense(1, 1), stable]).map((study) => compareRun("beyond-50", study)), [undefined]);
  const [study] = studiesOf([dense(1, 0.5), stable, twin, cosine]);
  assertAlmostEquals((study && compareRun("beyond-50", study))?.gap.mean ?? NaN, 0.01, 1e-12);
  // The dense row is from before there was a choice, and says nothing of its rate.
  assertAlmostEquals((study && compareRun("beyond-50-cosine", study))?.gap.mean ?? NaN, 0.02, 1e-12);
  assertEquals((study && compareRun("dense-stable", study))?.gap.mean, 0);
});

Deno.test("whole runs have a clock of their own: what lies between the steps counts, on devices of one kind alone", () => {
  const twin = { ...dense(1, 1), wall_seconds: 10 };
  const run = { ...sparse(1, 1.1), wall_seconds: 9 };
  const short = testRow({
    run: "dense-short-75",
    seed: 1,
    val_loss: 1.4,
    steps: 75,
    recipe: "dense:75",
    wall_seconds: 8,
  });
  const compare = (...rows: Parameters<typeof studiesOf>[0]) => {
    const [study] = studiesOf(rows);
    return study && compareRun("beyond-50", study);
  };
  const both = compare(twin, run, short);
  assertAlmostEquals(both?.time.mean ?? NaN, 0.8, 1e-12);
  assertAlmostEquals(both?.wholeTime.mean ?? NaN, 0.9, 1e-12);
  assertAlmostEquals(both?.gapToShorterWhole.mean ?? NaN, 1.1 / 1.2 - 1, 1e-12);
  for (const other of [{ device: "another" }, { runs_at_once: 2 }]) {
    const alone = compare(twin, { ...run, ...other }, short);
    assertEquals([alone?.wholeTime.n, alone?.gapToShorterWhole.n, alone?.gapToShorter.n], [0, 0, 1]);
  }
});

Deno.test("equal time: on the twin's curve, and against dense runs that end then", () => {
  // The run takes 0.8 s, the dense one 1 s.
  const twin = { ...dense(1, 1), curve: [[60, 1.4], [100, 1]] as const };
  const [study] = studiesOf([twin, sparse(1, 1.1)]);
  const alone = study && compareRun("beyond-50", study);
  assertAlmostEquals(alone?.gapOnCurve.mean ?? NaN, 1.1 / 1.2 - 1, 1e-12);
  assertEquals(alone?.gapToShorter.n, 0);
  const settings = qualityRates.stable;
  const [stable] = studiesOf([{ ...twin, run: "dense-stable", settings }, { ...sparse(1, 1.1), settings }]);
  assertEquals((stable && compareRun("beyond-50", stable))?.gapOnCurve.n, 0);

  const short = (part: 50 | 75, val_loss: number) =>
    testRow({ run: `dense-short-${part}`, seed: 1, val_loss, steps: part, recipe: `dense:${part}` });
  const [withHalf] = studiesOf([twin, sparse(1, 1.1), short(50, 1.5)]);
  assertEquals((withHalf && compareRun("beyond-50", withHalf))?.gapToShorter.n, 0);
  const [withShorter] = studiesOf([twin, sparse(1, 1.1), short(50, 1.5), short(75, 1.25)]);
  const both = withShorter && compareRun("beyond-50", withShorter);
  assertAlmostEquals(both?.gapToShorter.mean ?? NaN, 1.1 / 1.2 - 1, 1e-12);
  // Training losses of runs of other lengths are of other batches, and a run is not held against itself.
  const shorter = withShorter && compareRun("dense-short-75", withShorter);
  assertEquals([both?.trainGap.n, shorter?.trainGap.n, shorter?.gapToShorter.n], [1, 0, 0]);
});

Deno.test("times of a curve count dense and sparse steps as long as each takes", () => {
  const row = sparse(1, 1);
  assertAlmostEquals(secondsOf(row), 0.8, 1e-12);
  assertEquals(curveOf(row).map(({ seconds }) => Math.round(1000 * seconds)), [100, 300, 800]);
});

Deno.test("shorter studies are compared apart", () => {
  const short = { ...dense(1, 2), is_shorter: true, study_steps: 50 };
  assertEquals(studiesOf([dense(1, 1), short]).map(({ name }) => name), ["23m", "23m, 50 steps"]);
});

Deno.test("a run that had the device to itself times its steps, where it has as many as the short one before it", () => {
  const phases = (sparseSteps: number) =>
    [
      { phase: "dense", steps: 10, mean_step_ms: 90, median_step_ms: 90 },
      { phase: "sparse", steps: sparseSteps, mean_step_ms: 9, median_step_ms: 8 },
      { phase: "dense", steps: 50, mean_step_ms: 21, median_step_ms: 20 },
    ] as const;
  const sparseStep = (runs_at_once: number, sparseSteps: number) => {
    const [study] = studiesOf([dense(1, 1), { ...sparse(1, 1), phases: phases(sparseSteps), runs_at_once }]);
    return study && compareRun("beyond-50", study)?.stepTime.mean;
  };
  assertEquals([sparseStep(1, 60), sparseStep(1, 59), sparseStep(2, 60)], [8 / 20, 5 / 10, 5 / 10]);
});

Deno.test("dense steps behind sparse ones take what they take, on a clock that those before set", () => {
  const recipe = "dense:100,sparse:100,dense:100";
  const medians = [10, 5, 12];
  const phases = (["dense", "sparse", "dense"] as const).map((phase, index) => {
    const median_step_ms = medians[index] ?? NaN;
    return { phase, steps: 100, mean_step_ms: 2 * median_step_ms, median_step_ms };
  });
  const row = { ...sparse(1, 1), recipe, phases };
  const twin = { ...dense(1, 1), recipe: "dense:300", step_ms: { dense: 20, sparse: null } };
  assertAlmostEquals(secondsOf(row), 2.7, 1e-12);
  assertAlmostEquals(secondsOf(row, twin), 5.4, 1e-12);
  assertAlmostEquals(secondsOf(row, twin, 250), 4.2, 1e-12);
  const [study] = studiesOf([twin, row]);
  const comparison = study && compareRun("beyond-50", study);
  assertAlmostEquals(comparison?.time.mean ?? NaN, 0.9, 1e-12);
  assertAlmostEquals(comparison?.stepTime.mean ?? NaN, 0.5, 1e-12);
});
