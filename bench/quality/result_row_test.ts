import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { testRow } from "./_testing.ts";
import { describeMix } from "./describe_mix.ts";
import { describeOlder } from "./describe_older.ts";
import { sparsityOf } from "./jobs.ts";
import { decodeRow, encodeRow, readRows, type ResultRow } from "./result_row.ts";

Deno.test("a row is read as it was written, a point of its curve a line", () => {
  const row = testRow({ curve: [[10, 2.5], [20, 1.25e-7]] });
  const text = encodeRow(row);
  assertEquals(decodeRow(text, "a.json"), row);
  assertStringIncludes(text, "[10, 2.5]");
});

Deno.test("what is no row is refused with file and reason", () => {
  const text = (values: Record<string, unknown>) => JSON.stringify({ ...testRow({}), ...values });
  const cases: [Record<string, unknown>, string][] = [
    [{ val_loss: null }, "its val_loss must be number"],
    [{ run: "w9" }, "its run must be"],
    [{ size: "toString" }, "its size must be"],
    [{ step_ms: undefined }, "step_ms"],
    [{ curve: [[10]] }, "curve"],
    [{ phases: [{ phase: "sparse" }] }, "phases"],
    [{ scores: [{ task: "piqa", acc: 2 }] }, "scores"],
  ];
  for (const [values, words] of cases) {
    const error = assertThrows(() => decodeRow(text(values), "a.json"), SyntaxError);
    assertMatch(error.message, /^Cannot use a\.json as it is no row of results: .*; remove it to make its run again$/);
    assertStringIncludes(error.message, words);
  }
  for (const words of ["7", "", '{"a']) assertThrows(() => decodeRow(words, "a.json"), SyntaxError, "a.json");
});

Deno.test("numbers that no run has are refused, as the page would hold NaN or Infinity", () => {
  const refusal = (name: string, value: string) => {
    const text = JSON.stringify({ ...testRow({}), [name]: "here" }).replace('"here"', value);
    return assertThrows(() => decodeRow(text, "a.json"), SyntaxError, name).message;
  };
  for (const name of ["parameters", "tokens", "epochs", "steps", "study_steps", "runs_at_once", "wall_seconds"]) {
    assertMatch(refusal(name, "0"), /must be >(0|=1): current value is 0;/);
    refusal(name, "-1");
  }
  for (const name of ["val_loss", "train_loss", "bits_per_byte"]) {
    assertMatch(refusal(name, "-1"), /must be >=0: current value is -1;/);
    assertMatch(refusal(name, "1e400"), /must be finite: current value is Infinity;/);
  }
  refusal("step_ms", '{ "dense": 0, "sparse": null }');
  refusal("step_ms", '{ "dense": 1, "sparse": 0 }');
  refusal("phases", '[{ "phase": "dense", "steps": 100, "mean_step_ms": 1, "median_step_ms": 0 }]');
  refusal("curve", "[[1, -1]]");
});

Deno.test("recipe, curve and device of a row are those of one run", () => {
  const cases: [Partial<ResultRow>, string][] = [
    [{ recipe: "" }, "of the form dense:100,sparse:300, dense steps first: current value is nothing;"],
    [{ recipe: "dense:50, sparse:50" }, "of the form"],
    [{ recipe: "sparse:100" }, "of the form"],
    [{ recipe: "dense:100," }, "of the form"],
    [{ recipe: "dense:0100" }, "of the form"],
    [{ recipe: "dense:9999999999999999" }, "at most"],
    [
      { recipe: "dense:50,sparse:40" },
      "of 100 steps in all, as its steps say: current value is dense:50,sparse:40, 90",
    ],
    [{ curve: [] }, "its curve must be of one loss at least: current value is nothing;"],
    [{ curve: [[50, 2], [50, 1]] }, "its curve must be of steps that ascend: current value is 50 behind 50;"],
    [
      { curve: [[50, 2], [101, 1]] },
      "its curve must be of steps up to 100, the last one of its run: current value is 101",
    ],
    [{ device: "a\ndevice" }, "its device must be one line of words: current value is a device;"],
    [{ device: " " }, "its device must be one line of words: current value is nothing;"],
  ];
  for (const [values, words] of cases) {
    const error = assertThrows(() => decodeRow(encodeRow(testRow(values)), "a.json"), SyntaxError, words);
    assertMatch(error.message, /^Cannot use a\.json as it is no row of results: .*; remove it to make its run again$/);
  }
});

Deno.test("every row of the repository is read", async () => {
  const folder = fromFileUrl(new URL("results", import.meta.url));
  const sizes = [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory);
  const files = sizes.flatMap(({ name }) => [...Deno.readDirSync(join(folder, name))]);
  assert(files.length > 0);
  assertEquals((await readRows(folder)).length, files.length);
});

Deno.test("rows are read from the folders of sizes, and a missing folder has none", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assertEquals(await readRows(join(folder, "none")), []);
    await Deno.mkdir(join(folder, "23m"));
    for (const seed of [2, 1]) {
      await Deno.writeTextFile(join(folder, `23m/dense.seed${seed}.json`), encodeRow(testRow({ seed })));
    }
    assertEquals((await readRows(folder)).map(({ seed }) => seed), [1, 2]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** How rows are refused of a folder that holds one that is well, and what a test puts beside it. */
async function refusalBeside(put: (folder: string) => Promise<void>): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    await writeTestRow(join(folder, "23m"));
    assertEquals((await readRows(folder)).length, 1);
    await put(folder);
    const { message } = await assertRejects(() => readRows(folder));
    assert(!message.includes("\n"), message);
    return message.replaceAll(folder, "");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function writeTestRow(folder: string): Promise<void> {
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "dense.seed1.json"), encodeRow(testRow({})));
}

Deno.test("a folder or a dangling link among rows is refused, and a link to a row is read", async () => {
  assertMatch(
    await refusalBeside((folder) => Deno.mkdir(join(folder, "23m/w1.seed1.json"))),
    /^Cannot read .23m.w1\.seed1\.json as it must be a file: current value is a folder/,
  );
  if (Deno.build.os === "windows") return; // links ask for a right there
  assertMatch(
    await refusalBeside((folder) => Deno.symlink("nowhere", join(folder, "23m/w1.seed1.json"))),
    /^Cannot read .23m.w1\.seed1\.json as it must be a file: current value is a link to nothing; remove it$/,
  );
  assertMatch(
    await refusalBeside((folder) => Deno.symlink("nowhere", join(folder, "125m"))),
    /^Cannot read rows in .125m as /,
  );
  assertMatch(
    await refusalBeside((folder) => Deno.symlink("dense.seed1.json", join(folder, "23m/w1.seed1.json"))),
    /w1\.seed1\.json as it is the row of another run/,
  );
});

Deno.test("a row beside the folders of sizes is refused, and other things may lie there", async () => {
  assertMatch(
    await refusalBeside((folder) => writeTestRow(join(folder, "9z"))),
    /^Cannot use .9z.dense\.seed1\.json as rows must lie in folders of sizes, .*: current value is .9z; move or/,
  );
  assertMatch(
    await refusalBeside((folder) => Deno.writeTextFile(join(folder, "w1.seed1.steps20.json"), "{}")),
    /^Cannot use .w1\.seed1\.steps20\.json as rows must lie in folders of sizes/,
  );
  const folder = await Deno.makeTempDir();
  try {
    await writeTestRow(join(folder, "23m"));
    await Deno.mkdir(join(folder, "other/23m"), { recursive: true });
    await Deno.writeTextFile(join(folder, "other/notes.json"), "{}");
    await Deno.writeTextFile(join(folder, "notes.json"), "{}");
    assertEquals((await readRows(folder)).length, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("rows whose sparse steps were computed otherwise than they are now are named, with both ways", () => {
  const job = { size: "125m", run: "beyond-50", seed: 1, steps: 9200 } as const;
  const sparsity = sparsityOf(job);
  assert(sparsity !== undefined);
  assertEquals(sparsityOf({ ...job, run: "dense" }), undefined);
  const row = testRow({ ...job, study_steps: 9200, recipe: "dense:200,sparse:4400,dense:4600", sparsity });
  const before = { ...row, sparsity: { ...sparsity, m: 48, expertsPerToken: 2 } };
  assertEquals(decodeRow(encodeRow(before), "a row"), before);
  assertEquals(describeOlder([row, testRow({})]), []);
  const [line, ...others] = describeOlder([before, { ...before, seed: 2 }, row]);
  assertMatch(
    line ?? "",
    /^125m\/beyond-50\.seed1, 125m\/beyond-50\.seed2: beyond, 64:2:48, 12 experts, 2 .*; now beyond, 64:2:96, 24 /,
  );
  assertEquals(others, []);
  assertMatch(describeOlder([testRow({ ...job, recipe: row.recipe })])[0] ?? "", /seed1: not said; now beyond/);
  for (
    const [key, value] of [["m", 0], ["m", 6], ["v", 0], ["expertsPerToken", 13], ["router", "lottery"], ["plan", 1]]
  ) {
    const damaged = JSON.stringify({ ...before, sparsity: { ...before.sparsity, [String(key)]: value } });
    assertThrows(() => decodeRow(damaged, "a row"), SyntaxError, "Cannot use a row as it is no row of results");
  }
});

Deno.test("rows of another device, corpus or revision are not held together in silence", () => {
  assertEquals(describeMix([testRow({}), testRow({ seed: 2 })]), []);
  const [device, corpus, revision] = describeMix([
    testRow({}),
    testRow({ device: "another", corpus: "b", revisions: [] }),
  ]);
  assertEquals(device, "rows of 23m are of 2 devices: a device (1 row), another (1 row)");
  assertStringIncludes(corpus ?? "", "2 corpora");
  assertStringIncludes(revision ?? "", "unknown");
  // Studies of another size are not compared with each other.
  assertEquals(describeMix([testRow({}), testRow({ size: "tiny", device: "another" })]), []);
});
