import { CheckpointError, saveCheckpoint } from "@beyond24/checkpoint";
import { durableFileSystem } from "@beyond24/disk";
import { appendScores, runFolder, UsageError } from "@beyond24/run";
import { decodeSafetensors, encodeSafetensorsParts } from "@beyond24/safetensors";
import { loadTokenizer, tokenizerFiles, trainTokenizer } from "@beyond24/tokenizer";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { exampleConfig, exampleWeights, filesIn, saveExampleRun, tied, withFolder } from "./_testing.ts";
import { exportHuggingFace } from "./export_hugging_face.ts";

const dense = { "recipe": [{ phase: "dense", steps: 20 }] } as const;

async function weightsOf(folder: string, name = "model.safetensors") {
  return decodeSafetensors(await Deno.readFile(join(folder, name)));
}

Deno.test("an export has the weights of the checkpoint under the names of transformers, the second transposed", () =>
  withFolder(async (folder) => {
    const config = exampleConfig();
    const weights = exampleWeights(config);
    const run = await saveExampleRun(folder, config, weights);
    const out = join(folder, "deep", "hf");
    const summary = await exportHuggingFace(run, out);
    assertEquals([summary.step, summary.isTied, summary.files], [12, false, ["model.safetensors"]]);

    const { tensors, metadata } = await weightsOf(out);
    assertEquals(metadata, { format: "pt" });
    assertEquals(Object.keys(tensors).length, 3 + 2 * 8);
    const [query, up, down] = ["self_attn.q_proj", "mlp.up_proj", "mlp.down_proj"]
      .map((name) => tensors[`model.layers.1.${name}.weight`]);
    assertEquals([query?.shape, up?.shape, down?.shape], [[24, 16], [64, 16], [16, 64]]);
    assertEquals(query?.data, weights["model.layers.1.self_attn.q_proj.weight"]?.data);
    assertEquals(up?.data, weights["model.layers.1.mlp.w_in"]?.data);
    const wOut = weights["model.layers.1.mlp.w_out"]?.data ?? new Float32Array();
    for (let row = 0; row < 16; row++) {
      for (let col = 0; col < 64; col++) assertEquals(down?.data[row * 64 + col], wOut[col * 16 + row]);
    }
    const names = ["README.md", "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"];
    assertEquals([...(await filesIn(out)).keys()].toSorted(), [...names, "model.safetensors"].toSorted());
  }));

Deno.test("config.json has the sizes, and the rotary base where versions 4 and 5 of transformers look for it", () =>
  withFolder(async (folder) => {
    const out = join(folder, "hf");
    await exportHuggingFace(await saveExampleRun(folder, exampleConfig()), out, { dtype: "bf16" });
    const config = JSON.parse(await Deno.readTextFile(join(out, "config.json")));
    assertEquals(config, {
      architectures: ["ArceeForCausalLM"],
      model_type: "arcee",
      vocab_size: 256,
      hidden_size: 16,
      intermediate_size: 64,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      num_key_value_heads: 2,
      head_dim: 6,
      max_position_embeddings: 24,
      rms_norm_eps: 2e-5,
      hidden_act: "relu2",
      attention_bias: false,
      mlp_bias: false,
      attention_dropout: 0,
      rope_theta: 12_345,
      rope_scaling: null,
      rope_parameters: { rope_type: "default", rope_theta: 12_345 },
      tie_word_embeddings: false,
      bos_token_id: null,
      eos_token_id: 0,
      initializer_range: 0.02,
      use_cache: true,
      torch_dtype: "bfloat16",
      dtype: "bfloat16",
    });
    const generation = JSON.parse(await Deno.readTextFile(join(out, "generation_config.json")));
    assertEquals(generation, { bos_token_id: null, eos_token_id: 0 });
  }));

Deno.test("bf16 weights are rounded to nearest, ties to even", () =>
  withFolder(async (folder) => {
    const config = exampleConfig({ "model.layers": 1 });
    const data = new Float32Array(16);
    data.set([1, 1.003, 1.00390625, 1.01171875]);
    const norm = { dtype: "F32", shape: [16], data } as const;
    const weights = { ...exampleWeights(config), "model.norm.weight": norm };
    const out = join(folder, "hf");
    await exportHuggingFace(await saveExampleRun(folder, config, weights), out, { dtype: "bf16" });
    const { tensors } = await weightsOf(out);
    assertEquals([...(tensors["model.norm.weight"]?.data ?? [])].slice(0, 4), [0x3f80, 0x3f80, 0x3f80, 0x3f82]);
    assert(Object.values(tensors).every(({ dtype }) => dtype === "BF16"));
  }));

Deno.test("a head that is the embedding to the last bit is left out", () =>
  withFolder(async (folder) => {
    const config = exampleConfig();
    const out = join(folder, "hf");
    const run = await saveExampleRun(folder, config, tied(exampleWeights(config)));
    const { isTied, parameters } = await exportHuggingFace(run, out);
    const { tensors } = await weightsOf(out);
    const counted = Object.values(tensors).reduce((sum, { data }) => sum + data.length, 0);
    assertEquals([isTied, parameters, tensors["lm_head.weight"]], [true, counted, undefined]);
    assertEquals(JSON.parse(await Deno.readTextFile(join(out, "config.json"))).tie_word_embeddings, true);
  }));

Deno.test("shards hold at most what they may, an index says which weight lies where, together they are the whole", () =>
  withFolder(async (folder) => {
    const run = await saveExampleRun(folder, exampleConfig());
    const [whole, cut] = [join(folder, "whole"), join(folder, "cut")];
    await exportHuggingFace(run, whole);
    const { files } = await exportHuggingFace(run, cut, { shardBytes: 21_000 });
    assertEquals(files[0], `model-00001-of-0000${files.length}.safetensors`);
    const { weight_map, metadata } = JSON.parse(await Deno.readTextFile(join(cut, "model.safetensors.index.json")));
    const { tensors } = await weightsOf(whole);
    assertEquals(Object.keys(weight_map), Object.keys(tensors).toSorted());
    let bytes = 0;
    for (const file of files) {
      const { tensors: held } = await weightsOf(cut, file);
      const size = Object.values(held).reduce((sum, { data }) => sum + data.byteLength, 0);
      assert(size <= 21_000 || Object.keys(held).length === 1, `${file} holds ${size} bytes`);
      bytes += size;
      for (const [name, tensor] of Object.entries(held)) {
        assertEquals([weight_map[name], tensor], [file, tensors[name]]);
        delete weight_map[name];
      }
    }
    assertEquals([Object.keys(weight_map), metadata.total_size], [[], bytes]);
  }));

Deno.test("the card says what the model is, what it has seen, and how; it names no folders of the machine", () =>
  withFolder(async (folder) => {
    const config = exampleConfig({ "data.paths": ["/home/somebody/private/book.txt"], "train.batchSize": 3 });
    const out = join(folder, "hf");
    await exportHuggingFace(await saveExampleRun(folder, config), out);
    const card = await Deno.readTextFile(join(out, "README.md"));
    for (
      const text of [
        "library_name: transformers",
        "| data | book.txt |",
        "| tokens seen | 864 |",
        "| y1 | wIn | 2:4 soft |",
      ]
    ) {
      assertStringIncludes(card, text);
    }
    assert(!card.includes("somebody"));
    const run = await saveExampleRun(join(folder, "other"), exampleConfig(dense));
    await exportHuggingFace(run, join(folder, "dense"));
    assertStringIncludes(await Deno.readTextFile(join(folder, "dense", "README.md")), "all steps were dense");
  }));

Deno.test("the card has losses and scores of the exported step, of a twin those of the twin", () =>
  withFolder(async (folder) => {
    const run = await saveExampleRun(folder, exampleConfig());
    const { metrics, baselineMetrics, scores } = runFolder(run);
    const disk = durableFileSystem();
    const row = { phase: "dense", lr: 1e-3, grad_norm: 1, tokens_per_second: 9, step_ms: 1 };
    const lines = (loss: number) =>
      [11, 12, 13].map((step) => JSON.stringify({ step, ...row, loss: loss + step, val_loss: loss + step }) + "\n")
        .join("");
    await Deno.writeTextFile(metrics, lines(3));
    await Deno.writeTextFile(baselineMetrics, lines(5));
    const counts = {
      mode: "dense",
      task: "piqa",
      few_shot: 0,
      documents: 9,
      all_documents: 9,
      acc_stderr: 0.01,
    } as const;
    await appendScores(scores, [
      { step: 12, role: "main", ...counts, acc: 0.51 },
      { step: 12, role: "baseline", ...counts, acc: 0.52 },
      { step: 11, role: "main", ...counts, acc: 0.53 },
    ], disk);
    await exportHuggingFace(run, join(folder, "hf"));
    const card = await Deno.readTextFile(join(folder, "hf", "README.md"));
    assertStringIncludes(card, "| training loss, nats per token, mean of the last 2 steps | 14.5000 |");
    assertStringIncludes(card, "| validation loss, nats per token | 15.0000 |");
    assertStringIncludes(card, "| piqa | 51.0 ± 1.0 |");
    assert(!card.includes("52.0") && !card.includes("53.0"));

    await Deno.mkdir(join(run, "baseline"));
    await Deno.rename(join(run, "checkpoints"), join(run, "baseline", "checkpoints"));
    await exportHuggingFace(join(run, "baseline"), join(folder, "twin"));
    const twin = await Deno.readTextFile(join(folder, "twin", "README.md"));
    for (const text of ["# run, dense twin", "nats per token | 17.0000 |", "| piqa | 52.0 ± 1.0 |"]) {
      assertStringIncludes(twin, text);
    }
  }));

Deno.test("the tokenizer is that of the checkpoint, else that of the run; a warning where it is too small", () =>
  withFolder(async (folder) => {
    const config = exampleConfig({ "model.vocabularySize": 320 });
    const json = await trainTokenizer(["whale ships, whales ship"], { vocabularySize: 260, special: ["<|end|>"] });
    const tokenizer = tokenizerFiles(await loadTokenizer(json, { eos: "<|end|>" }));
    const checkpoint = {
      step: 1,
      model: encodeSafetensorsParts(exampleWeights(config)),
      optimizer: [],
      config: JSON.parse(JSON.stringify(config)),
      state: { session: { transformer: { scales: [] } } },
    };
    const read = async (name: string) => JSON.parse(await Deno.readTextFile(join(folder, "hf", name)));
    await exportHuggingFace(await saveCheckpoint(join(folder, "a"), { ...checkpoint, tokenizer }), join(folder, "hf"));
    assertEquals([await read("tokenizer.json"), (await read("config.json")).eos_token_id], [json, 0]);
    // What fills the vocabulary up is left out: other programs would give it probability.
    assertEquals((await read("config.json")).vocab_size, 260);
    const { tensors } = decodeSafetensors(await Deno.readFile(join(folder, "hf", "model.safetensors")));
    for (const name of ["model.embed_tokens.weight", "lm_head.weight"]) {
      const whole = exampleWeights(config)[name]?.data ?? new Float32Array();
      assertEquals(tensors[name]?.shape, [260, config.model.dModel]);
      assertEquals(tensors[name]?.data, whole.slice(0, 260 * config.model.dModel));
    }

    const large = exampleConfig({ "model.vocabularySize": 600 });
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const run = await saveExampleRun(folder, large);
    await exportHuggingFace(run, join(folder, "bytes"), { onWarning });
    assertStringIncludes(warnings.join(), "has a tokenizer of 256 tokens, and the model 600");
    for (const [name, text] of Object.entries(tokenizer)) await Deno.writeTextFile(join(run, name), text);
    await exportHuggingFace(run, join(folder, "hf"), { onWarning, overwrite: true });
    assertEquals([await read("tokenizer.json"), warnings.length], [json, 2]);
  }));

Deno.test("an export replaces nothing unless it is told to, and only an export", () =>
  withFolder(async (folder) => {
    const run = await saveExampleRun(folder, exampleConfig());
    const out = join(folder, "hf");
    await Deno.mkdir(out);
    await exportHuggingFace(run, out);
    await assertRejects(() => exportHuggingFace(run, out), UsageError, "--overwrite");
    await exportHuggingFace(run, out, { overwrite: true, shardBytes: 21_000 });
    assertEquals((await filesIn(out)).has("model.safetensors"), false);
    await Deno.writeTextFile(join(out, "thesis.txt"), "mine");
    await assertRejects(() => exportHuggingFace(run, out, { overwrite: true }), UsageError, "thesis.txt");
    await assertRejects(() => exportHuggingFace(run, join(out, "thesis.txt")), UsageError, "must be a folder");
    assertEquals(await Deno.readTextFile(join(out, "thesis.txt")), "mine");
  }));

Deno.test("a checkpoint that holds another model than its configuration says is refused", () =>
  withFolder(async (folder) => {
    const config = exampleConfig();
    const checkpoint = {
      step: 1,
      optimizer: [],
      config: JSON.parse(JSON.stringify(config)),
      state: { session: { transformer: { scales: [] } } },
    };
    const { "model.norm.weight": _, ...weights } = exampleWeights(config);
    const path = await saveCheckpoint(join(folder, "checkpoints"), {
      ...checkpoint,
      model: encodeSafetensorsParts(weights),
    });
    await assertRejects(
      () => exportHuggingFace(path, join(folder, "hf")),
      CheckpointError,
      "model.norm.weight must be F32 [16]",
    );
    const other = await saveCheckpoint(join(folder, "checkpoints"), { ...checkpoint, step: 2, model: [], state: 7 });
    await assertRejects(() => exportHuggingFace(other, join(folder, "hf")), CheckpointError, "not one of a run");
  }));
