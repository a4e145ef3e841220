import { createCpuDevice } from "@beyond24/cpu";
import type { Device } from "@beyond24/device";
import { AdamW } from "@beyond24/optimizer";
import { type PresetName, trainingPresets } from "@beyond24/recipe";
import {
  createTokenBatch,
  createTransformer,
  forwardBackward,
  transformerParameters,
  writeTokenBatch,
} from "@beyond24/transformer";
import { interleave, type Run } from "../harness/measure.ts";
import { startPeer } from "../harness/peer.ts";
import { type Row, rowOf, type Skipped } from "../harness/row.ts";

/** Debian's Python, which sees `python3-torch`; another one on the path may not. */
const PYTHON = "/usr/bin/python3";

/** One dense training step: forward, backward, clipping, AdamW. */
function trainingStep(device: Device, name: PresetName): Run {
  const { model: shape, batchSize } = trainingPresets[name];
  const model = createTransformer(device, { shape }, 1);
  const optimizer = new AdamW(device, transformerParameters(model));
  const arena = device.arena();
  const batch = createTokenBatch(device, batchSize, shape.sequenceLength);
  const inputs = Int32Array.from({ length: batchSize * shape.sequenceLength }, (_, i) => (i * i * 31 + i * 7) % 251);
  writeTokenBatch(model, batch, { inputs, targets: inputs.map((token) => (token * 5) % 251) });
  return async () => {
    forwardBackward(model, batch, { mode: "dense", arena });
    await optimizer.step(1e-3);
    arena.reset();
    device.submit();
    return undefined;
  };
}

/**
 * How PyTorch's OpenMP threads wait for each other. By default they spin, which on a machine that does something else
 * as well can cost them a factor of ten; asleep they lose little on a quiet one. Both are measured.
 */
const WAITING: Readonly<Record<string, Record<string, string>>> = {
  "threads spin": {},
  "threads sleep": { OMP_WAIT_POLICY: "passive" },
};

async function comparePreset(name: PresetName, rounds: number, blas: string): Promise<(Row | Skipped)[]> {
  const { model, batchSize } = trainingPresets[name];
  const threads = navigator.hardwareConcurrency;
  const { layers, dModel, dFfn, heads, kvHeads, headDim, vocabularySize, sequenceLength } = model;
  const sizes = [layers, dModel, dFfn, heads, kvHeads, headDim, vocabularySize, sequenceLength, batchSize, threads];
  const script = new URL("../peers/training_step_pytorch.py", import.meta.url).pathname;
  const what = `dense training step, ${name}`;
  const device = await createCpuDevice({ threads, blas });
  const ours = trainingStep(device, name);
  const rows: (Row | Skipped)[] = [];
  for (const [waiting, environment] of Object.entries(WAITING)) {
    const peer = await startPeer(PYTHON, [script, ...sizes.map(String)], environment);
    if ("skipped" in peer) {
      rows.push({ what, skipped: peer.skipped });
      continue;
    }
    const times = await interleave({ ours, peer: () => peer.run() }, { rounds, warmup: 3 });
    const names = { what, ours: device.description, peer: `${peer.name}, ${waiting}`, bar: 1 };
    rows.push(rowOf(names, times.ours, times.peer));
    await peer.close();
  }
  device.dispose();
  return rows;
}

/** A dense training step with BLAS against the same step in eager PyTorch, on as many threads as there are cores. */
export async function compareTrainingStep(rounds: number, blas: string): Promise<(Row | Skipped)[]> {
  return [...await comparePreset("tiny", rounds, blas), ...await comparePreset("small", rounds, blas)];
}
