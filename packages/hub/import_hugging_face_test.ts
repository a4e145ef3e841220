import { saveCheckpoint } from "@beyond24/checkpoint";
import { decodeSafetensors, encodeSafetensors, type SafetensorsTensors } from "@beyond24/safetensors";
import { mutateJson } from "@beyond24/disk/testing";
import { seededRandom } from "@beyond24/session";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { bytesOf, exampleConfig, exampleWeights, filesIn, saveExampleRun, tied, withFolder } from "./_testing.ts";
import { exportHuggingFace, type ExportHuggingFaceOptions } from "./export_hugging_face.ts";
import { HubError } from "./hub_error.ts";
import { importHuggingFace } from "./import_hugging_face.ts";

const sizes = [
  ["one head for keys and values", { "model.kvHeads": 1 }],
  ["grouped heads", { "model.kvHeads": 2 }],
  ["as many heads for keys and values", { "model.kvHeads": 4 }],
] as const;

for (const [name, values] of sizes) {
  for (const isTied of [false, true]) {
    for (const options of [{}, { dtype: "bf16" }, { shardBytes: 21_000 }] satisfies ExportHuggingFaceOptions[]) {
      const kind = `${name}, ${isTied ? "tied" : "untied"}, ${JSON.stringify(options)}`;
      Deno.test(`export, import, export gives equal bytes: ${kind}`, () =>
        withFolder(async (folder) => {
          const config = exampleConfig(values);
          const drawn = exampleWeights(config);
          const run = await saveExampleRun(folder, config, isTied ? tied(drawn) : drawn);
          const first = join(folder, "first");
          await exportHuggingFace(run, first, options);

          const found = await importHuggingFace(first);
          assertEquals([found.model, found.isTied], [config.model, isTied]);
          const again = join(folder, "again");
          await saveCheckpoint(join(again, "checkpoints"), {
            step: 0,
            model: found.weights(),
            optimizer: [],
            config: JSON.parse(JSON.stringify({ ...config, model: found.model })),
            state: { session: { transformer: { scales: [] } } },
          });
          await Deno.writeTextFile(join(again, "README.md"), found.card ?? "");
          const second = join(folder, "second");
          await exportHuggingFace(again, second, options);
          const [before, after] = [await filesIn(first), await filesIn(second)];
          assertEquals([...after.keys()], [...before.keys()]);
          for (const [file, bytes] of before) assert(equal(bytes, after.get(file)), `${file} differs`);
        }));
    }
  }
}

function equal(left: Uint8Array, right: Uint8Array | undefined): boolean {
  return left.length === right?.length && left.every((byte, index) => byte === right[index]);
}

/** Runs with an export whose files can be changed. */
function withExport(run: (folder: string, change: Change) => Promise<void>): Promise<void> {
  return withFolder(async (parent) => {
    const folder = join(parent, "hf");
    await exportHuggingFace(await saveExampleRun(parent, exampleConfig()), folder);
    const [config, weights] = [join(folder, "config.json"), join(folder, "model.safetensors")];
    const json = JSON.parse(await Deno.readTextFile(config));
    const { tensors } = decodeSafetensors(await Deno.readFile(weights));
    await run(folder, {
      config: (values) => Deno.writeTextFile(config, JSON.stringify({ ...json, ...values })),
      tensors: (changes, without = []) => {
        const kept = Object.entries({ ...tensors, ...changes }).filter(([name]) => !without.includes(name));
        return Deno.writeFile(weights, encodeSafetensors(Object.fromEntries(kept)));
      },
    });
  });
}

interface Change {
  readonly config: (values: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly tensors: (changes: SafetensorsTensors, without?: readonly string[]) => Promise<void>;
}

Deno.test("a model of another kind is refused with the key and its value", () =>
  withExport(async (folder, change) => {
    const cases: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
      [{ model_type: "llama" }, "gated; --fresh-ffn"],
      [{ model_type: "gpt2" }, 'its model_type must be arcee: current value is "gpt2"'],
      [{ model_type: undefined }, "its model_type must be arcee: current value is missing"],
      [{ hidden_act: "silu" }, 'its hidden_act must be relu2: current value is "silu"'],
      [{ attention_bias: true }, "its attention_bias must be false: current value is true"],
      [{ mlp_bias: true }, "its mlp_bias must be false: current value is true"],
      [{ quantization_config: { quant_method: "awq" } }, "its quantization_config must be absent"],
      [
        { rope_scaling: { type: "yarn", factor: 20 } },
        'its rope_scaling.type must be default: current value is "yarn"',
      ],
      [{ rope_parameters: { rope_type: "llama3", rope_theta: 1 } }, "its rope_parameters.rope_type must be default"],
      [{ partial_rotary_factor: 0.5 }, "its partial_rotary_factor must be 1: current value is 0.5"],
      [{ num_key_value_heads: 3 }, "kvHeads must divide heads 4: current value is 3"],
      [{ num_hidden_layers: 1e9 }, "its num_hidden_layers must be an integer from 1 to 1024"],
      [{ vocab_size: "320" }, 'its vocab_size must be an integer from 1 to 16777216: current value is "320"'],
      [{ tie_word_embeddings: "no" }, "its tie_word_embeddings must be true or false"],
      [{ head_dim: 8 }, "q_proj.weight must be F32, BF16, F16 [32,16]: current value is F32 [24,16]"],
      [{ num_hidden_layers: 3 }, "its weight model.layers.2.input_layernorm.weight is missing"],
      [{ num_hidden_layers: 1 }, "it holds model.layers.1."],
    ];
    for (const [values, message] of cases) {
      await change.config(values);
      await assertRejects(() => importHuggingFace(folder), HubError, message);
    }
    for (const text of ["[]", "{", "7", ""]) {
      await Deno.writeTextFile(join(folder, "config.json"), text);
      await assertRejects(() => importHuggingFace(folder), HubError, "config.json as it must be");
    }
  }));

Deno.test("what older transformers write is read: a base beside the parameters, sizes that follow from others", () =>
  withExport(async (folder, change) => {
    await change.config({ rope_parameters: undefined, rope_scaling: null, rope_theta: 77 });
    assertEquals((await importHuggingFace(folder)).model.ropeTheta, 77);
    await change.config({ rope_parameters: { rope_type: "default", rope_theta: 78 }, rope_theta: undefined });
    assertEquals((await importHuggingFace(folder)).model.ropeTheta, 78);
    await change.config({ rope_parameters: undefined, rope_theta: undefined });
    assertEquals((await importHuggingFace(folder)).model.ropeTheta, 10_000);
    await change.config({ num_key_value_heads: null });
    await assertRejects(() => importHuggingFace(folder), HubError, "k_proj.weight must be F32, BF16, F16 [24,16]");
  }));

Deno.test("weights that are no Arcee model's are refused: gates, biases, strangers, other types and shapes", () =>
  withExport(async (folder, change) => {
    const tensor = (shape: number[]) =>
      ({ dtype: "F32", shape, data: new Float32Array(shape.reduce((a, b) => a * b)) }) as const;
    const layer = "model.layers.0";
    const cases: readonly (readonly [SafetensorsTensors, string])[] = [
      [{ [`${layer}.mlp.gate_proj.weight`]: tensor([64, 16]) }, "a gated network cannot be taken over"],
      [{ [`${layer}.self_attn.q_proj.bias`]: tensor([24]) }, "a model with biases cannot be taken over"],
      [{ "visual.patches": tensor([4]) }, "visual.patches: it is no weight of an Arcee model"],
      [
        { "model.norm.weight": tensor([15]) },
        "model.norm.weight must be F32, BF16, F16 [16]: current value is F32 [15]",
      ],
      [{ "model.norm.weight": { dtype: "I16", shape: [16], data: new Int16Array(16) } }, "current value is I16 [16]"],
    ];
    for (const [changes, message] of cases) {
      await change.tensors(changes);
      await assertRejects(() => importHuggingFace(folder), HubError, message);
    }
    // Older versions of transformers saved the angles.
    await change.tensors({ [`${layer}.self_attn.rotary_emb.inv_freq`]: tensor([3]) });
    await importHuggingFace(folder);
    await change.tensors({}, ["lm_head.weight"]);
    await assertRejects(() => importHuggingFace(folder), HubError, "its weight lm_head.weight is missing");
    await change.config({ tie_word_embeddings: true });
    const { tensors } = decodeSafetensors(await bytesOf((await importHuggingFace(folder)).weights()));
    assertEquals(tensors["lm_head.weight"]?.data, tensors["model.embed_tokens.weight"]?.data);
  }));

Deno.test("a folder with missing, broken or foreign files is refused with the file", () =>
  withFolder(async (parent) => {
    const folder = join(parent, "hf");
    const { files } = await exportHuggingFace(await saveExampleRun(parent, exampleConfig()), folder, {
      shardBytes: 21_000,
    });
    const shard = join(folder, files[1] ?? "");
    const whole = await Deno.readFile(shard);
    await Deno.writeFile(shard, whole.subarray(0, whole.length - 1));
    await assertRejects(() => importHuggingFace(folder), HubError, `${files[1]} as it is no whole safetensors file`);
    await Deno.writeFile(shard, whole.subarray(0, 30));
    await assertRejects(() => importHuggingFace(folder), HubError, `${files[1]} as it is no whole safetensors file`);
    await Deno.remove(shard);
    await assertRejects(
      () => importHuggingFace(folder),
      HubError,
      `1 of its ${files.length} shards are missing, ${files[1]} first: fetch the whole model`,
    );
    await Deno.writeFile(shard, encodeSafetensors({}));
    await assertRejects(() => importHuggingFace(folder), HubError, `says that ${files[1]} holds`);

    const index = join(folder, "model.safetensors.index.json");
    await Deno.writeTextFile(index, '{"weight_map": {"a": "../../etc/a.safetensors"}}');
    await assertRejects(() => importHuggingFace(folder), HubError, "weight_map.a must be");
    await Deno.writeTextFile(index, "{");
    await assertRejects(() => importHuggingFace(folder), HubError, "index.json as it must be JSON");
    await Deno.remove(index);
    await assertRejects(() => importHuggingFace(folder), HubError, "there is neither");
    await assertRejects(() => importHuggingFace(join(folder, "none")), HubError, "config.json does not exist");
  }));

Deno.test("an index that was changed anywhere is read or refused in one line", () =>
  withFolder(async (parent) => {
    const folder = join(parent, "hf");
    await exportHuggingFace(await saveExampleRun(parent, exampleConfig({ "model.layers": 1 })), folder, {
      shardBytes: 30_000,
    });
    const path = join(folder, "model.safetensors.index.json");
    const whole: unknown = JSON.parse(await Deno.readTextFile(path));
    const random = seededRandom(1);
    let [read, refused] = [0, 0];
    for (let round = 0; round < 300; round++) {
      await Deno.writeTextFile(path, mutateJson(whole, random));
      try {
        await importHuggingFace(folder);
        read++;
      } catch (error) {
        assert(error instanceof HubError && /^Cannot [^\n]+$/.test(error.message), String(error));
        refused++;
      }
    }
    assert(read > 0 && refused > 100, `${read} read, ${refused} refused`);
  }));

Deno.test("a tokenizer with more tokens than the model is refused, and none is none", () =>
  withExport(async (folder) => {
    const path = join(folder, "tokenizer.json");
    const file = JSON.parse(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, JSON.stringify({ ...file, added_tokens: [{ id: 400, content: "<|end|>" }] }));
    await assertRejects(
      () => importHuggingFace(folder),
      HubError,
      "at most the model's 256 tokens: current value is 401",
    );
    await Deno.remove(path);
    assertEquals((await importHuggingFace(folder)).tokenizer, undefined);
  }));

Deno.test("bf16 and f16 weights are taken as they are", () =>
  withExport(async (folder, change) => {
    const values = Float32Array.from({ length: 16 }, (_, index) => (index - 8) / 4);
    const half = new Uint16Array(new Uint32Array(values.buffer).map((bits) => bits >>> 16));
    await change.tensors({
      "model.norm.weight": { dtype: "BF16", shape: [16], data: half },
      "model.layers.1.input_layernorm.weight": { dtype: "F16", shape: [16], data: new Float16Array(values) },
    });
    const { tensors } = decodeSafetensors(await bytesOf((await importHuggingFace(folder)).weights()));
    assertEquals(tensors["model.norm.weight"]?.data, values);
    assertEquals(tensors["model.layers.1.input_layernorm.weight"]?.data, values);
  }));

Deno.test("of a Llama model attention and embeddings are taken, and feed-forward networks are those of a new run", () =>
  withExport(async (folder, change) => {
    await change.config({ model_type: "llama", hidden_act: "silu", mlp_bias: true, intermediate_size: 48 });
    const gate = { dtype: "F32", shape: [48, 16], data: new Float32Array(48 * 16) } as const;
    await change.tensors({ "model.layers.0.mlp.gate_proj.weight": gate });
    await assertRejects(() => importHuggingFace(folder), HubError, "--fresh-ffn");
    const found = await importHuggingFace(folder, { freshFeedForward: true });
    assertEquals([found.isGated, found.model.dFfn], [true, 48]);
    const { tensors } = decodeSafetensors(await bytesOf(found.weights({ dFfn: 32, seed: 9 })));
    const fresh = exampleWeights(exampleConfig({ "model.dFfn": 32, "train.seed": 9 }));
    const old = exampleWeights(exampleConfig());
    assertEquals(Object.keys(tensors).toSorted(), Object.keys(fresh).toSorted());
    for (const [name, tensor] of Object.entries(tensors)) {
      assertEquals(tensor, (name.includes(".mlp.") ? fresh : old)[name], name);
    }
  }));
