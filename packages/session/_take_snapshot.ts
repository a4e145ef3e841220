import type { Rank } from "@beyond24/device";
import type { AdamW, NamedTensor } from "@beyond24/optimizer";
import { readTransformerState, type Transformer, transformerParameters } from "@beyond24/transformer";
import { sharedTensors, tensorPieces } from "./_tensor_pieces.ts";
import type { SessionSnapshot, SharedSnapshot } from "./session_snapshot.ts";

/** All of a session. */
export function takeSnapshot(step: number, model: Transformer, optimizer: AdamW): SessionSnapshot {
  return {
    step,
    transformer: readTransformerState(model),
    model: tensorPieces(model.device, weightsOf(model)),
    optimizer: tensorPieces(model.device, optimizer.stateTensors()),
  };
}

/** What a rank has of a session of which every rank has a part. */
export function takeSharedSnapshot(step: number, model: Transformer, optimizer: AdamW, rank: Rank): SharedSnapshot {
  return {
    step,
    transformer: readTransformerState(model),
    model: sharedTensors(model.device, weightsOf(model), rank),
    optimizer: sharedTensors(model.device, optimizer.stateTensors(), rank),
  };
}

function weightsOf(model: Transformer): NamedTensor[] {
  return transformerParameters(model).map(({ name, shape, weight: tensor }) => ({ name, shape, tensor }));
}
