import { configFields } from "@beyond24/run";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CaptureTerminal, microValues, withFolder } from "../_testing.ts";
import { runCommandLine } from "./command_line.ts";

/** Runs a command; `{}` in an argument stands for the folder. */
async function run(folder: string, ...args: string[]) {
  const terminal = new CaptureTerminal();
  const code = await runCommandLine(args.map((arg) => arg.replaceAll("{}", folder)), terminal);
  return { code, written: terminal.written, errors: terminal.errors };
}

const micro = [
  "--data",
  "{}/text.txt",
  "--set",
  ...Object.entries(microValues).map(([key, value]) =>
    `${key}=${typeof value === "object" ? JSON.stringify(value) : value}`
  ),
];

const refused: [name: string, args: string[], code: number, message: string | RegExp][] = [
  ["no command", [], 2, "Usage: beyond24 <command> [flags]"],
  ["an unknown command", ["trian"], 2, "Did you mean train?"],
  [
    "an unknown flag",
    ["train", "--presett", "tiny"],
    2,
    "Cannot use --presett as there is no such flag. Did you mean --preset?",
  ],
  ["a stray word", ["train", "tiny"], 2, "a word too many: current value is tiny"],
  ["a flag without a value", ["train", "--seed"], 2, "Cannot use --seed without a value"],
  ["an unknown preset", ["train", "--preset", "smal"], 2, "current value is smal. Did you mean small?"],
  ["an unknown key", ["train", "--set", "trian.steps=3"], 2, "there is no such key. Did you mean train.steps?"],
  ["a key in the wrong section", ["train", "--set", "model.batchSize=3"], 2, "Did you mean train.batchSize?"],
  ["an assignment without a value", ["train", "--set", "train.steps"], 2, "must have the form key=value"],
  [
    "steps that are no number",
    ["train", "--set", "train.steps=many"],
    2,
    "must be an integer from 1 to 2147483647: current value is many",
  ],
  ["no steps", ["train", "--set", "train.steps=0"], 2, "train.steps in --set as it must be an integer from 1"],
  ["half a layer", ["train", "--set", "model.layers=1.5"], 2, "model.layers in --set as it must be an integer"],
  [
    "a seed that is no number",
    ["train", "--seed", "x"],
    2,
    "--seed as it must be an integer from 0 to 2147483647: current value is x",
  ],
  [
    "an unknown device",
    ["train", "--device", "tpu"],
    2,
    "--device as it must be one of auto, reference, cpu, webgpu, cuda: current value is tpu",
  ],
  [
    "no rounds of tuning",
    ["tune", "--rounds", "0"],
    2,
    "--rounds as it must be an integer from 1 to 1000000: current value is 0",
  ],
  ["an unknown plan", ["train", "--set", "sparsity.plan=w3"], 2, "sparsity.plan in --set as it must be one of"],
  ["a bad phase", ["train", "--set", "recipe=dense:2,spares:3"], 2, "recipe in --set as it must be phases such as"],
  [
    "steps that differ from the recipe",
    ["train", "--set", "recipe=dense:2", "train.steps=9"],
    2,
    "sum of the recipe's phases, 2",
  ],
  [
    "d_ffn that experts do not divide",
    ["train", "--set", "model.dFfn=100"],
    2,
    "model.dFfn=100 with sparsity.m=16 (of plan paper) as m must divide dFfn",
  ],
  [
    "d_ffn that the clusters of beyond do not divide",
    ["train", "--set", "sparsity.plan=beyond", "model.dFfn=100"],
    2,
    "model.dFfn=100 with sparsity.m=64 (of plan beyond) as m must divide dFfn",
  ],
  [
    "more experts a token than there are",
    ["train", "--set", "sparsity.expertsPerToken=5"],
    2,
    "sparsity.expertsPerToken=5 with sparsity.m=16 (of plan paper) as there are 4 experts",
  ],
  [
    "as many dense layers as there are",
    ["train", "--set", "sparsity.denseLayers=2"],
    2,
    "sparsity.denseLayers=2 with model.layers=2 as no layer would be sparse in sparse steps: choose",
  ],
  [
    "half a dense layer",
    ["train", "--set", "sparsity.denseLayers=0.5"],
    2,
    "sparsity.denseLayers in --set as it must be an integer from 0 to 1024: current value is 0.5",
  ],
  [
    "columns that are no whole clusters, in a run without sparse steps too",
    ["train", "--set", "sparsity.m=18", "recipe=dense:40"],
    2,
    "sparsity.m in --set as it must be an integer from 4 to 1024, a multiple of 4: current value is 18",
  ],
  [
    "rows of a block that selections of four do not divide",
    ["train", "--set", "sparsity.v=10"],
    2,
    "sparsity.v in --set as it must be an integer from 4 to 1024, a multiple of 4: current value is 10",
  ],
  ["heads that do not divide", ["train", "--set", "model.kvHeads=3"], 2, "kvHeads must divide heads 4"],
  ["an odd head", ["train", "--set", "model.headDim=15"], 2, "headDim must be even"],
  [
    "a vocabulary below the bytes",
    ["train", "--set", "model.vocabularySize=100", "--data", "{}/text.txt"],
    2,
    "of a vocabulary of 256 tokens",
  ],
  ["too long a sequence", ["train", "--set", "model.sequenceLength=1000000"], 2, "an integer from 1 to 131072"],
  [
    "a sequence longer than the data",
    ["train", "--data", "{}/text.txt", "--set", "model.sequenceLength=9000"],
    3,
    "9001 tokens",
  ],
  ["missing data", ["train", "--data", "{}/nothing.txt"], 3, "nothing.txt as it does not exist"],
  ["empty data", ["train", "--data", "{}/empty.txt"], 3, "empty.txt as it is empty"],
  [
    "data that is not UTF-8",
    ["train", "--data", "{}/latin.txt"],
    3,
    "latin.txt as it must be UTF-8 text: current value is 0xe9 at byte 1",
  ],
  ["a folder without text", ["train", "--data", "{}/blank"], 3, "blank as it holds no text file"],
  [
    "data shorter than a sequence",
    ["train", "--data", "{}/short.txt"],
    3,
    "short.txt as the training part must hold a sequence",
  ],
  ["a missing configuration", ["train", "--config", "{}/no.json"], 2, "no.json as it does not exist"],
  ["a broken configuration", ["train", "--config", "{}/broken.json"], 2, "broken.json as it must be JSON"],
  ["a list as configuration", ["train", "--config", "{}/list.json"], 2, "list.json as it must hold an object"],
  [
    "an unknown key in a file",
    ["train", "--config", "{}/key.json"],
    2,
    /key\.json as there is no such key\. Did you mean train\.steps\?/,
  ],
  ["an unknown preset in a file", ["train", "--config", "{}/preset.json"], 2, "Did you mean tiny?"],
  ["a preset by --set", ["train", "--set", "preset=tiny"], 2, "--preset chooses it"],
  ["a folder that holds a run", ["train", ...micro, "--out", "{}/full"], 2, "full as it already holds a run"],
  [
    "a file as folder",
    ["train", ...micro, "--out", "{}/text.txt/run"],
    2,
    "text.txt/run as a folder of its path is a file",
  ],
  ["nothing to resume", ["train", "--resume", "{}/nothing"], 2, "nothing as it holds no run"],
  [
    "other numbers for a resumed run",
    ["train", "--resume", "{}/full", "--set", "train.seed=2"],
    2,
    "Cannot change train.seed",
  ],
  [
    "another plan for a resumed run",
    ["train", "--resume", "{}/full", "--set", "sparsity.plan=beyond"],
    2,
    "Cannot change sparsity.plan with --resume as a run keeps it",
  ],
  [
    "more experts a token for a resumed run",
    ["train", "--resume", "{}/full", "--set", "sparsity.expertsPerToken=2"],
    2,
    "Cannot change sparsity.expertsPerToken with --resume as a run keeps it",
  ],
  [
    "dense layers for a resumed run",
    ["train", "--resume", "{}/full", "--set", "sparsity.denseLayers=1"],
    2,
    "Cannot change sparsity.denseLayers with --resume as a run keeps it",
  ],
  [
    "another preset for a resumed run",
    ["train", "--resume", "{}/full", "--preset", "tiny"],
    2,
    "Cannot use --preset with --resume",
  ],
  ["a sample of nothing", ["sample", "{}/nothing"], 4, "there is no such folder"],
  ["a sample without a folder", ["sample"], 2, "<dir> is missing: it is the folder of a run"],
  [
    "a sample of no number",
    ["sample", "{}/full", "--tokens", "x"],
    2,
    "--tokens as it must be an integer from 0 to 1000000000: current value is x",
  ],
  [
    "a negative temperature",
    ["sample", "{}/full", "--temperature", "-1"],
    2,
    "--temperature as it must be a number from 0 to 1000: current value is -1",
  ],
  ["an empty prompt", ["sample", "{}/full", "--prompt", ""], 2, "--prompt as it must be a text that is not empty"],
  ["a report of nothing", ["report", "{}/nothing"], 2, "config.json does not exist"],
  ["a configuration that is a folder", ["train", "--config", "{}/blank"], 2, "blank as it must be a file"],
  ["an empty section that there is not", ["train", "--config", "{}/modle.json"], 2, "Did you mean model?"],
  ["a key of Object", ["train", "--config", "{}/proto.json"], 2, "Cannot set __proto__.x in"],
  ["an assignment to a key of Object", ["plan", "--set", "__proto__=1"], 2, "Cannot set __proto__ in --set"],
  ["a library that is none", ["train", "--device", "cpu", "--blas", "{}/text.txt"], 2, "Cannot use a BLAS library"],
  ["tuning into a folder", ["tune", "--out", "{}/blank"], 2, "blank as it is a folder"],
  ["tuning into nowhere", ["tune", "--out", "{}/text.txt/tiles.json"], 2, "text.txt/tiles.json as its folder cannot"],
  ["a key to explain that there is not", ["explain", "trian.steps"], 2, "Did you mean train.steps?"],
  ["a page of no run", ["web", "--run", "{}/nope"], 2, "nope as there is no such run"],
  ["a plan of an unknown preset", ["plan", "--preset", "llama-2b"], 2, "Did you mean llama-"],
];

for (const [name, args, code, message] of refused) {
  Deno.test(`the command line refuses ${name}`, () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "empty.txt"), "");
      await Deno.writeTextFile(join(folder, "short.txt"), "short");
      await Deno.writeFile(join(folder, "latin.txt"), Uint8Array.of(0x63, 0xe9, 0x63));
      await Deno.writeTextFile(join(folder, "broken.json"), "{");
      await Deno.writeTextFile(join(folder, "list.json"), "[]");
      await Deno.writeTextFile(join(folder, "key.json"), '{ "train": { "step": 3 } }');
      await Deno.writeTextFile(join(folder, "modle.json"), '{ "modle": {} }');
      await Deno.writeTextFile(join(folder, "proto.json"), '{ "__proto__": { "x": 1 } }');
      await Deno.writeTextFile(join(folder, "preset.json"), '{ "preset": "tinny" }');
      await Deno.mkdir(join(folder, "blank"));
      await Deno.mkdir(join(folder, "full"));
      await Deno.writeTextFile(join(folder, "full", "config.json"), '{ "preset": "tiny" }');
      const result = await run(folder, ...args);
      assertEquals(result.code, code, result.errors);
      if (message instanceof RegExp) assertMatch(result.errors, message);
      else assertStringIncludes(result.errors, message);
      if (args.length > 0) assertEquals(result.errors.trimEnd().split("\n").length, 1, result.errors);
      assert(!result.errors.includes("    at "), "no stack trace");
      assertEquals(Deno.readTextFileSync(join(folder, "full", "config.json")), '{ "preset": "tiny" }');
    }));
}

Deno.test({
  name: "the command line refuses a device that it may not open",
  permissions: { read: true, write: true, ffi: false },
  fn: () =>
    withFolder(async (folder) => {
      const { code, errors } = await run(folder, "train", "--device", "cuda");
      assertEquals(code, 6);
      assertEquals(
        errors,
        "error: Cannot use device cuda as foreign functions are not permitted: use deno task train:native, or " +
          "--allow-ffi\n",
      );
    }),
});

Deno.test({
  name: "the command line names the task that may open a BLAS library",
  permissions: { read: true, write: true, ffi: false },
  fn: () =>
    withFolder(async (folder) => {
      const { code, errors } = await run(folder, "train", "--device", "cpu", "--blas", "libblas.so");
      assertEquals(code, 2);
      assertStringIncludes(errors, "Cannot use the BLAS library libblas.so as foreign functions are not permitted");
      assertStringIncludes(errors, "use deno task train:native");
    }),
});

Deno.test("a configuration may begin with a byte order mark", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "bom.json"), '\uFEFF{ "train": { "seed": 5 } }');
    const { code, written } = await run(folder, "train", "--config", "{}/bom.json", "--print-config");
    assertEquals([code, JSON.parse(written).train.seed], [0, 5]);
  }));

Deno.test("--debug shows where an error came from", () =>
  withFolder(async (folder) => {
    const { errors, code } = await run(folder, "train", "--preset", "smal", "--debug");
    assertEquals(code, 2);
    assertStringIncludes(errors, "    at ");
  }));

Deno.test("every command has help with its flags", () =>
  withFolder(async (folder) => {
    const help: Record<string, string[]> = {
      "train": ["--preset", "--data", "--out", "--seed", "--device", "--set", "--config", "--baseline", "--resume"],
      "sample": ["--prompt", "--tokens", "--temperature", "--top-k", "--seed"],
      "plan": ["--preset", "--json"],
      "report": ["<dir>"],
      "tune": ["--out", "--rounds"],
    };
    const whole = await run(folder, "--help");
    assertEquals(whole.code, 0);
    assertStringIncludes(whole.written, "Exit codes:");
    for (const [command, flags] of Object.entries(help)) {
      const { code, written } = await run(folder, command, "--help");
      assertEquals(code, 0);
      assertStringIncludes(whole.written, command);
      for (const flag of flags) assertStringIncludes(written, flag);
    }
  }));

Deno.test("--print-config prints what a run would use, file below flags below --set", () =>
  withFolder(async (folder) => {
    const file = join(folder, "a.json");
    await Deno.writeTextFile(
      file,
      '{ "preset": "small", "train": { "seed": 5, "batchSize": 3, "keepCheckpoints": 4 } }',
    );
    const args = ["train", "--config", file, "--seed", "6", "--set", "train.batchSize=2", "--print-config"];
    const { code, written } = await run(folder, ...args);
    assertEquals(code, 0);
    const { preset, train } = JSON.parse(written);
    assertEquals([preset, train.seed, train.batchSize, train.keepCheckpoints], ["small", 6, 2, 4]);
    // What was printed is a configuration file for the same run.
    await Deno.writeTextFile(file, written);
    assertEquals((await run(folder, "train", "--config", file, "--print-config")).written, written);
  }));

Deno.test("train, sample and report work on one run", () =>
  withFolder(async (folder) => {
    const trained = await run(folder, "train", ...micro, "--out", "{}/run", "--baseline");
    assertEquals(trained.code, 0, trained.errors);
    assertStringIncludes(trained.written, "3 dense → 5 sparse → 4 dense, 12 steps of 32 tokens, and a dense twin");
    assertMatch(trained.written, /validation loss +\d\.\d{4} +\d\.\d{4} +[+-]/);
    const last = trained.written.trimEnd().split("\n").at(-1) ?? "";
    assertMatch(
      last,
      /^Done: training loss \d\.\d{4} \(mean of the last 12 steps\), validation loss \d\.\d{4} \(\d\.\d{4} bits per byte\) after 12 steps in .* · run .*run · report .*report\.html$/,
    );

    const sample = () =>
      run(folder, "sample", "{}/run", "--prompt", "whale", "--tokens", "20", "--device", "reference");
    const first = await sample();
    assertEquals(first.code, 0, first.errors);
    assert(first.written.startsWith("whale"));
    assertEquals((await sample()).written, first.written);

    const inner = ["", "/checkpoints/step-00000012", "/baseline", "/baseline/checkpoints/step-00000012"];
    for (const path of inner.map((name) => `{}/run${name}`)) {
      await Deno.remove(join(folder, "run", "report.html"));
      assertEquals((await run(folder, "report", path)).code, 0);
      assertStringIncludes(await Deno.readTextFile(join(folder, "run", "report.html")), "<svg");
    }
    const again = await run(folder, "train", ...micro, "--out", "{}/run", "--overwrite");
    assertEquals(again.code, 0, again.errors);
  }));

Deno.test("a loss that is not finite ends with its exit code and one line", () =>
  withFolder(async (folder) => {
    const { code, errors } = await run(folder, "train", ...micro, "optimizer.learningRate=1e6", "--out", "{}/run");
    assertEquals(code, 5);
    assertMatch(errors, /^error: Cannot go on after step \d+ as its .* must be finite: .*\n$/);
  }));

Deno.test("explain says what a key means, lists a section, and guesses what was meant", () =>
  withFolder(async (folder) => {
    const one = await run(folder, "explain", "train.readEvery");
    assertEquals(one.code, 0);
    assertMatch(
      one.written,
      /Steps after which measurements are read[^]*an integer from 1 to 10000[^]*unit +steps[^]*default +1\n/,
    );
    const section = await run(folder, "explain", "sparsity");
    assertMatch(section.written, /sparsity\.plan[^]*sparsity\.reclusterEvery/);
    assert(!section.written.includes("train."));
    const all = await run(folder, "explain");
    for (const key of configFields.keys()) assertStringIncludes(all.written, key);
    const wrong = await run(folder, "explain", "train.stepz");
    assertEquals([wrong.code, wrong.errors], [
      2,
      "error: Cannot explain train.stepz as there is no such key. Did you mean train.steps?\n",
    ]);
  }));

/** Commands that take a folder, and what they say of a file. */
const fileForFolder: readonly (readonly [command: readonly string[], message: string])[] = [
  [["runs"], "as it is a file: name the folder that holds the runs"],
  [["report"], "as a folder of its path is a file"],
  [["train", "--resume"], "as a folder of its path is a file"],
  [["serve"], "as it is a file: name the folder of a run, or of a checkpoint"],
  [["sample"], "as it is a file: name the folder of a run, or of a checkpoint"],
];

Deno.test("runs lists what each run has reached, and warns of one that cannot be read", () =>
  withFolder(async (folder) => {
    const empty = await run(folder, "runs", "{}");
    assertEquals([empty.code, empty.written], [0, `No runs in ${folder}\n`]);
    const trained = await run(folder, "train", ...micro, "--out", "{}/a");
    assertEquals(trained.code, 0, trained.errors);
    await Deno.mkdir(join(folder, "b"));
    await Deno.writeTextFile(join(folder, "b", "config.json"), "{");
    const { code, written, errors } = await run(folder, "runs", "{}");
    assertEquals(code, 0);
    assertMatch(
      written,
      /^run +preset.* training loss, mean of the last 12 steps +validation loss[^]*a +tiny +paper +finished +12 of 12 +\d\.\d{4} +\d\.\d{4} +\d.* s\n$/,
    );
    assertStringIncludes(errors, "warning: ");
    const [row] = JSON.parse((await run(folder, "runs", "{}", "--json")).written);
    assertEquals([row.run, row.steps, row.of_steps, row.status], [join(folder, "a"), 12, 12, "finished"]);
    const alone = JSON.parse((await run(folder, "runs", "{}/a", "--json")).written);
    assertEquals(alone.map(({ run }: { run: string }) => run), [join(folder, "a")], "a run is listed alone");
    assertEquals((await run(folder, "runs", "{}/nothing")).code, 2);
    await Deno.writeTextFile(join(folder, "file"), "");
    for (const [command, message] of fileForFolder) {
      const { code, errors } = await run(folder, ...command, "{}/file");
      assert(code === 2 || code === 4, errors);
      assertEquals([errors.split("\n").length, /os error|readdir/.test(errors)], [2, false], errors);
      assertStringIncludes(errors, message);
    }
  }));

Deno.test("a checkpoint is no run, though it has a configuration", () =>
  withFolder(async (folder) => {
    const trained = await run(folder, "train", ...micro, "--out", "{}/a");
    assertEquals(trained.code, 0, trained.errors);
    const { written } = await run(folder, "runs", "{}/a/checkpoints");
    assertEquals(written, `No runs in ${join(folder, "a", "checkpoints")}\n`);
    const checkpoint = join(folder, "a", "checkpoints", "step-00000012");
    const { code, errors } = await run(folder, "compare", "{}/a", checkpoint, "--out", "{}/page.html");
    const message = `Cannot read ${checkpoint} as it is a checkpoint: name the folder of its run`;
    assertEquals([code, errors], [2, `error: ${message}\n`]);
  }));

Deno.test("--version prints that of the package, of Deno and of the machine", () =>
  withFolder(async (folder) => {
    const { code, written } = await run(folder, "--version");
    assertEquals(code, 0);
    assertMatch(written, /^beyond24 \d+\.\d+\.\d+ \(deno \d+\.\d+\.\d+, .*\)\n$/);
  }));
