import { saveCheckpoint } from "@beyond24/checkpoint";
import type { SparsityPlanName } from "@beyond24/recipe";
import { UsageError } from "@beyond24/run";
import { decodeSafetensors, encodeSafetensorsParts } from "@beyond24/safetensors";
import { decodeBitmask24, prune24, softThreshold24, unpack24 } from "@beyond24/sparse24";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { exampleConfig, exampleWeights, saveExampleRun, withFolder } from "./_testing.ts";
import { exportHuggingFace, type ExportHuggingFaceOptions } from "./export_hugging_face.ts";
import { HubError } from "./hub_error.ts";
import { importHuggingFace } from "./import_hugging_face.ts";

/** Exports a run of a plan packed, and gives what `sparse24/` holds, the weights and the configuration. */
async function exportPacked(
  folder: string,
  plan: SparsityPlanName,
  { denseLayers = 0, ...options }: ExportHuggingFaceOptions & { readonly denseLayers?: number } = {},
) {
  const config = exampleConfig({ "sparsity.plan": plan, "sparsity.denseLayers": denseLayers });
  const weights = exampleWeights(config);
  const scales = [{ y1: 1.5, y3: 0.75 }, { y1: 1.25, y3: 2 }];
  const run = await saveCheckpoint(join(folder, plan, "checkpoints"), {
    step: 12,
    model: encodeSafetensorsParts(weights),
    optimizer: [],
    config: JSON.parse(JSON.stringify(config)),
    state: { session: { transformer: { scales } } },
  });
  const out = join(folder, plan, "hf");
  await exportHuggingFace(run, out, { sparse24: true, ...options });
  const read = async (name: string) => await Deno.readFile(join(out, "sparse24", name));
  return {
    out,
    tensors: decodeSafetensors(await read("model.safetensors")).tensors,
    dense: decodeSafetensors(await Deno.readFile(join(out, "model.safetensors"))).tensors,
    config: JSON.parse(new TextDecoder().decode(await read("config.json"))),
  };
}

type Packed = Awaited<ReturnType<typeof exportPacked>>;

/** A packed weight, unpacked. */
function unpacked({ tensors }: Packed, module: string): Float32Array {
  const [shape, compressed, bitmask] = ["shape", "compressed", "bitmask"].map((part) => tensors[`${module}.${part}`]);
  if (shape?.dtype !== "I64" || compressed?.dtype !== "F32" || bitmask?.dtype !== "U8") throw new TypeError(module);
  const [rows, cols] = [...shape.data].map(Number);
  assertEquals([shape.shape, compressed.shape], [[2, 1], [rows, (cols ?? 0) / 2]]);
  const { data } = compressed;
  return unpack24(decodeBitmask24({ rows: rows ?? 0, cols: cols ?? 0, compressed: data, bitmask: bitmask.data }));
}

function denseOf({ dense }: Packed, module: string): Float32Array {
  const tensor = dense[`${module}.weight`];
  if (tensor?.dtype !== "F32") throw new TypeError(module);
  return tensor.data;
}

const [up, down] = ["model.layers.1.mlp.up_proj", "model.layers.1.mlp.down_proj"] as const;
const upShape = { rows: 64, cols: 16 };
const downShape = { rows: 16, cols: 64 };

Deno.test("plan paper: the first matrix is soft-thresholded along what inference contracts, the other is dense", () =>
  withFolder(async (folder) => {
    const packed = await exportPacked(folder, "paper");
    const expected = softThreshold24(denseOf(packed, up), upShape).map((value) => value * 1.25);
    assertEquals(unpacked(packed, up), expected);
    assertEquals(packed.tensors[`${down}.weight`], packed.dense[`${down}.weight`]);
    assertEquals(packed.tensors[`${up}.weight`], undefined);
    assertEquals(packed.config.quantization_config, {
      quant_method: "compressed-tensors",
      sparsity_config: {
        format: "sparse-24-bitmask",
        sparsity_structure: "2:4",
        global_sparsity: 0.5,
        targets: ["re:.*\\.mlp\\.up_proj$"],
        ignore: [],
      },
    });
    await assertRejects(
      () => importHuggingFace(join(packed.out, "sparse24")),
      HubError,
      "quantization_config must be absent",
    );
  }));

Deno.test("plan beyond: the two of largest magnitude stay as they are", () =>
  withFolder(async (folder) => {
    const packed = await exportPacked(folder, "beyond");
    const mask = prune24(denseOf(packed, up), upShape);
    assertEquals(unpacked(packed, up), denseOf(packed, up).map((value, index) => mask[index] === 1 ? value : 0));
  }));

Deno.test("a plan whose second matrix is sparse packs it along neurons", () =>
  withFolder(async (folder) => {
    const packed = await exportPacked(folder, "w1-w2");
    const expected = softThreshold24(denseOf(packed, down), downShape).map((value) => value * 2);
    assertEquals(unpacked(packed, down), expected);
    assertEquals(packed.config.quantization_config.sparsity_config.targets.length, 2);
  }));

Deno.test("layers that stayed dense in sparse steps are exported dense, and are no targets of the packed form", () =>
  withFolder(async (folder) => {
    const packed = await exportPacked(folder, "w1-w2", { denseLayers: 1 });
    const expected = softThreshold24(denseOf(packed, up), upShape).map((value) => value * 1.25);
    assertEquals(unpacked(packed, up), expected);
    const modules = [0, 1].flatMap((layer) => ["up", "down"].map((name) => `model.layers.${layer}.mlp.${name}_proj`));
    const { targets } = packed.config.quantization_config.sparsity_config;
    assertEquals(targets, ["re:.*\\.(1)\\.mlp\\.up_proj$", "re:.*\\.(1)\\.mlp\\.down_proj$"]);
    for (const module of modules) {
      const isTarget = targets.some((target: string) => new RegExp(`^${target.slice("re:".length)}`).test(module));
      assertEquals(packed.tensors[`${module}.compressed`] !== undefined, isTarget, module);
      assertEquals(packed.tensors[`${module}.weight`], isTarget ? undefined : packed.dense[`${module}.weight`], module);
    }
    const card = await Deno.readTextFile(join(packed.out, "README.md"));
    assertStringIncludes(card, "were sparse in 2 of six matrix products of sparse steps.");
    assertStringIncludes(card, "Plan w1-w2, the first layer dense.\n");
  }));

Deno.test("packed values are rounded as the others are", () =>
  withFolder(async (folder) => {
    const { tensors } = await exportPacked(folder, "paper", { dtype: "bf16" });
    assertEquals(tensors[`${up}.compressed`]?.dtype, "BF16");
    assertEquals(tensors[`${up}.bitmask`]?.shape, [64, 2]);
  }));

Deno.test("a run without 2:4 weights in its forward pass has none to export", () =>
  withFolder(async (folder) => {
    const cases = [
      [{ "sparsity.plan": "venom" }, "sparsity.plan has none in the forward pass: current value is venom"],
      [{ recipe: [{ phase: "dense", steps: 40 }] }, "all steps of the run are dense"],
    ] as const;
    for (const [values, message] of cases) {
      const run = await saveExampleRun(folder, exampleConfig(values));
      const out = join(folder, "hf");
      await assertRejects(() => exportHuggingFace(run, out, { sparse24: true }), UsageError, message);
      await assertRejects(() => Deno.stat(out), Deno.errors.NotFound);
    }
  }));
