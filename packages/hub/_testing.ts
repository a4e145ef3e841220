import { saveCheckpoint } from "@beyond24/checkpoint";
import { durableFileSystem } from "@beyond24/disk";
import { applyConfig, type ConfigValues, presetConfig, type RunConfig, runFolder, writeRunConfig } from "@beyond24/run";
import { encodeSafetensorsParts, type SafetensorsTensors } from "@beyond24/safetensors";
import { initialValues } from "@beyond24/transformer";
import { join } from "@std/path";
import { embeddingName, headName, hubWeights } from "./weight_table.ts";

/** Values of a model whose sizes are all different, so that no two can be taken for each other. */
export const exampleValues: ConfigValues = {
  "model.layers": 2,
  "model.dModel": 16,
  "model.dFfn": 64,
  "model.heads": 4,
  "model.kvHeads": 2,
  "model.headDim": 6,
  "model.vocabularySize": 256,
  "model.sequenceLength": 24,
  "model.ropeTheta": 12_345,
  "model.normEpsilon": 2e-5,
};

/** The configuration of an example. */
export function exampleConfig(values: ConfigValues = {}): RunConfig {
  return applyConfig(presetConfig("tiny"), { ...exampleValues, ...values }, "a test");
}

/** Weights as they were drawn, gains near one. */
export function exampleWeights({ model, train: { seed } }: RunConfig): SafetensorsTensors {
  const draw = (name: string, shape: readonly number[]) => {
    const values = initialValues(name, shape, { layers: model.layers, seed });
    return shape.length === 1 ? values.map((value) => 1 + value) : values;
  };
  return Object.fromEntries(
    hubWeights(model).map(({ ours, ourShape }) =>
      [ours, { dtype: "F32", shape: ourShape, data: draw(ours, ourShape) }] as const
    ),
  );
}

/** The same with the embedding as output head. */
export function tied(weights: SafetensorsTensors): SafetensorsTensors {
  const embedding = weights[embeddingName];
  return embedding === undefined ? weights : { ...weights, [headName]: embedding };
}

/** Saves a run with one checkpoint, of step 12, and returns its folder. */
export async function saveExampleRun(
  parent: string,
  config: RunConfig,
  weights: SafetensorsTensors = exampleWeights(config),
): Promise<string> {
  const folder = runFolder(join(parent, "run"));
  await saveCheckpoint(folder.checkpoints, {
    step: 12,
    model: encodeSafetensorsParts(weights),
    optimizer: encodeSafetensorsParts({}),
    config: JSON.parse(JSON.stringify(config)),
    state: { session: { transformer: { scales: [] } } },
  });
  await writeRunConfig(folder, config, durableFileSystem());
  return folder.path;
}

/** Runs `run` with a fresh folder that is removed afterwards. */
export async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The files of a folder by name. */
export async function filesIn(folder: string): Promise<Map<string, Uint8Array>> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).filter(({ isFile }) => isFile).map(({ name }) => name);
  const files = names.sort().map(async (name) => [name, await Deno.readFile(join(folder, name))] as const);
  return new Map(await Promise.all(files));
}

/** Bytes that came in pieces. */
export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  // A piece is valid until the next one is asked for.
  const chunks = await Array.fromAsync(pieces, (piece) => piece.slice());
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
