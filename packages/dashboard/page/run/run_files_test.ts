import { assertEquals } from "@std/assert";
import { metricsColumns } from "@beyond24/run";
import { readFacts, readResult, readRows, readScores } from "./run_files.ts";

Deno.test("readRows takes what a run measured, null for what it did not, and passes over what is no row", () => {
  const measured = { step: 7, phase: "sparse", loss: 2.5, lr: 1, grad_norm: 1, tokens_per_second: 5, step_ms: 2 };
  const rows = readRows([null, { step: 6 }, { ...measured, expert_load_max: 9, val_loss: null, other: 1 }]);
  const columns = Object.entries(metricsColumns).filter(([, { kind }]) => kind === "measured");
  const missing = Object.fromEntries(columns.map(([name]) => [name, null]));
  assertEquals<unknown>(rows, [{ ...missing, ...measured, expert_load_max: 9 }]);
});

Deno.test("readFacts and readResult take the contract of a run, and survive what is not", () => {
  const recipe = [{ phase: "dense", steps: 2 }, { phase: "sparse", steps: 3 }] as const;
  assertEquals(readFacts({ preset: "tiny", recipe, model: { layers: 4, dModel: 128, dFfn: 512 } }), {
    preset: "tiny",
    recipe: [...recipe],
    steps: 5,
    parameters: "4 layers of 128 features, 512 neurons",
  });
  const one = readFacts({ model: { layers: 1, dModel: 8, dFfn: 4 } });
  assertEquals(one.parameters, "1 layer of 8 features, 4 neurons");
  for (const strange of [undefined, null, 3, "text", [], { recipe: "none", train: { steps: -1 } }]) {
    assertEquals([readFacts(strange).steps, readFacts(strange).recipe], [0, []]);
    assertEquals(readResult(strange).wallSeconds, null);
    assertEquals(readRows(strange), []);
    assertEquals(readScores(strange), []);
  }
});

Deno.test("readScores takes what a run has kept, and passes over what is no score", () => {
  const counts = { step: 8, few_shot: 0, documents: 5, all_documents: 9, acc: 0.6, acc_stderr: null };
  const score = {
    ...counts,
    role: "baseline",
    mode: "sparse",
    task: "piqa",
    acc_norm: 0.4,
    acc_norm_stderr: 0.2,
  } as const;
  assertEquals(readScores([score, { task: "piqa" }, { acc: 1 }, null]), [score]);
});
