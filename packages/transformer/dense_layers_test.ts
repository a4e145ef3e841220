import {
  addRmsNorm,
  attention,
  embedding,
  linear,
  linearCrossEntropy,
  projections,
  rmsNorm,
  rope,
  Tape,
  type Variable,
} from "@beyond24/autograd";
import { reshape } from "@beyond24/device";
import { denseFeedForward, refreshFeedForward, sparseFeedForward } from "@beyond24/ffn";
import { sparsityPlans } from "@beyond24/recipe";
import { hash32 } from "@beyond24/sparse24";
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { clusterTransformer } from "./cluster_transformer.ts";
import { createTransformer } from "./create_transformer.ts";
import { attentionShape } from "./_hidden_states.ts";
import { forwardBackward } from "./forward_backward.ts";
import { logits } from "./logits.ts";
import { packTransformer, transformerPacks } from "./pack_transformer.ts";
import type { TokenBatch } from "./token_batch.ts";
import type { Transformer } from "./transformer.ts";
import { transformerParameters } from "./transformer_parameters.ts";
import { readTransformerState } from "./transformer_state.ts";
import { batchOf, floatsOf, roughModel, shape, TestRun, venom } from "./_testing.ts";

const sparsity = { plan: sparsityPlans.beyond, venom, router: "energy" } as const;

async function clusteredModel(denseLayers: number): Promise<Transformer> {
  const model = roughModel({ sparsity, denseLayers });
  await clusterTransformer(model, { seed: 1 });
  return model;
}

/** Loss and gradients of one micro-batch. */
async function results(model: Transformer, compute: (batch: TokenBatch, tape: Tape) => void): Promise<Float32Array[]> {
  const { device } = model;
  const arena = device.arena();
  compute(batchOf(device, 2, 8), new Tape(device, arena));
  const tensors = [model.loss, ...transformerParameters(model).map(({ gradient }) => gradient)];
  const found = await Promise.all(tensors.map((tensor) => floatsOf(device, tensor)));
  arena.dispose();
  return found;
}

const passOf = (model: Transformer, mode: "dense" | "sparse") =>
  results(model, (batch, { arena }) => forwardBackward(model, batch, { mode, arena }));

Deno.test("a sparse pass is the dense one to the last bit where all layers stay dense", async () => {
  const model = await clusteredModel(shape.layers);
  const dense = await passOf(model, "dense");
  assertEquals(await passOf(model, "sparse"), dense);
  assertEquals(transformerPacks(model).size, 0);
  const { tokens } = batchOf(model.device, 2, 8);
  const score = (mode: "dense" | "sparse") =>
    floatsOf(model.device, logits(model, tokens, { arena: model.device.arena(), mode }));
  assertEquals(await score("sparse"), await score("dense"));
});

/** A pass put together here: the first network dense, the second one sparse. */
function denseThenSparse(tape: Tape, { layers: [first, second], ...model }: Transformer, batch: TokenBatch): void {
  assert(first !== undefined && second !== undefined);
  const places = attentionShape({ layers: [], ...model }, 2, 8);
  const attend = (normed: Variable, { attention: { output, ...weights } }: typeof first) => {
    const { q, k, v } = projections(tape, normed, weights);
    rope(tape, q, places.heads, model);
    rope(tape, k, places.keyValueHeads, model);
    return linear(tape, attention(tape, q, k, v, places), output);
  };
  const epsilon = 1e-5;
  refreshFeedForward(model.device, second.feedForward);
  const input = embedding(tape, reshape(batch.tokens, [16]), model.embedding);
  let attended = attend(rmsNorm(tape, input, first.attentionNorm, epsilon), first);
  let stream = addRmsNorm(tape, input, attended, first.feedForwardNorm, epsilon);
  const dense = denseFeedForward(tape, stream.normed, first.feedForward);
  stream = addRmsNorm(tape, stream.sum, dense, second.attentionNorm, epsilon);
  attended = attend(stream.normed, second);
  stream = addRmsNorm(tape, stream.sum, attended, second.feedForwardNorm, epsilon);
  const draw = { key: hash32([model.draws.seed, 0, 1]), step: model.draws.step };
  const sparse = sparseFeedForward(tape, stream.normed, second.feedForward, { draw });
  stream = addRmsNorm(tape, stream.sum, sparse, model.norm, epsilon);
  const { factor } = batch;
  const options = { loss: model.loss, scale: 1, accumulate: false, factor };
  linearCrossEntropy(tape, stream.normed, model.head, reshape(batch.targets, [16]), options);
  tape.backward();
}

Deno.test("a sparse pass is one put together by hand where the first of two layers stays dense", async () => {
  const model = await clusteredModel(1);
  const found = await passOf(model, "sparse");
  assertEquals(found, await results(model, (batch, tape) => denseThenSparse(tape, model, batch)));
  assertNotEquals(found, await passOf(model, "dense"));
  assertNotEquals(found, await passOf(await clusteredModel(0), "sparse"));
});

Deno.test("a layer that stays dense is not clustered, packs no weights, and has no scale in a checkpoint", async () => {
  const { device, ...model } = roughModel({ sparsity, denseLayers: 1 });
  const weights = () => Promise.all(model.layers.map(({ feedForward }) => floatsOf(device, feedForward.wIn.weight)));
  const before = await weights();
  await clusterTransformer({ device, ...model }, { seed: 1 });
  const after = await weights();
  assertEquals(after[0], before[0]);
  assertNotEquals(after[1], before[1]);
  packTransformer({ device, ...model });
  const second = model.layers[1]?.feedForward;
  assertEquals([...transformerPacks({ device, ...model }).keys()], [second?.wIn, second?.wOut]);
  assertEquals(readTransformerState({ device, ...model }).scales, [{}, { y1: 1, dy2: 1 }]);
});

Deno.test("a model whose first layer stays dense learns in sparse steps, and counts no flips of it", async () => {
  const run = new TestRun(roughModel().device, { shape, sparsity, denseLayers: 1 });
  await run.cluster();
  const losses = await run.train("sparse", 8, batchOf(run.device, 2, 8));
  assert((losses.at(-1) ?? NaN) < 0.9 * (losses[0] ?? NaN), String(losses));
  const [first, second] = run.model.layers.map(({ feedForward: { statistics } }) => statistics);
  assert(first !== undefined && second !== undefined);
  const flips = await Promise.all([first, second].map(({ flips }) => floatsOf(run.device, flips)));
  assertEquals(flips[0], Float32Array.of(0));
  assert((flips[1]?.[0] ?? 0) > 0);
});

Deno.test("dense layers beyond those that there are, and sparse passes before clustering, are refused", async () => {
  const { device } = roughModel();
  const before = device.liveBytes;
  for (const denseLayers of [-1, 0.5, shape.layers + 1]) {
    assertThrows(() => createTransformer(device, { shape, sparsity, denseLayers }, 1), RangeError, "denseLayers");
  }
  assertEquals(device.liveBytes, before);
  const model = roughModel({ sparsity, denseLayers: 1 });
  await assertRejects(() => passOf(model, "sparse"), Error, "clusterTransformer");
});
