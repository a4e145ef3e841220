import {
  elementCount,
  isPacked24,
  type PackedMatrix24,
  type Segments,
  type TokenGather,
  type UnbiasedDraw,
} from "@beyond24/device";
import { storageOf } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { packedLayout } from "../memory/packed_layout.ts";
import { areWholeTiles, isHopper } from "../products/choose.ts";
import { isInTiles } from "../products/describe.ts";
import { address, drawArguments, packedAddresses, usedRows } from "../launching/arguments.ts";
import type { SelectionLaunch } from "./_selection_launch.ts";

/** Both results packed, whole tiles, a Hopper GPU. */
function takesSelection(context: LaunchContext, { x, relu, segments, neurons, tokens }: SelectionLaunch): boolean {
  const { rows, cols } = relu;
  const areTiles = isInTiles(x) && areWholeTiles({ align: segments.align, rows, neurons: cols, features: 128 });
  return isPacked24(neurons) && isPacked24(tokens) && areTiles && isHopper(context.driver.properties);
}

/** y2 and the relu at memory speed; false when the plain kernels must do it. */
export function launchTiledActivation(context: LaunchContext, launch: SelectionLaunch): boolean {
  const { x, gather, segments, relu, neurons, tokens, unbiased } = launch;
  if (!takesSelection(context, launch) || !isPacked24(neurons) || !isPacked24(tokens)) return false;
  const [reluValues] = packedAddresses(relu);
  const name = `pack_activation24${gather ? "_gathered" : ""}${suffix(unbiased)}`;
  context.launch({ module: "hopper/pack_activation24", name }, tiles(relu), [
    address(x),
    reluValues,
    ...packedAddresses(neurons),
    ...packedAddresses(tokens),
    usedRows(segments),
    ...sizes(relu),
    ...(gather ? places(gather, segments) : []),
    ...(unbiased ? drawArguments(unbiased) : []),
  ]);
  copyMetadata(context, neurons, relu);
  return true;
}

/** dy1 at memory speed; false when the plain kernels must do it. */
export function launchTiledGradient(context: LaunchContext, launch: SelectionLaunch): boolean {
  const { x, segments, relu, neurons, tokens, unbiased } = launch;
  if (!takesSelection(context, launch) || !isPacked24(neurons) || !isPacked24(tokens)) return false;
  const [neuronValues] = packedAddresses(neurons);
  context.launch(
    { module: "hopper/pack_activation_gradient24", name: `pack_activation_gradient24${suffix(unbiased)}` },
    tiles(relu),
    [
      address(x),
      ...packedAddresses(relu),
      neuronValues,
      ...packedAddresses(tokens),
      usedRows(segments),
      ...sizes(relu),
      ...(unbiased ? drawArguments(unbiased) : []),
    ],
  );
  copyMetadata(context, relu, neurons);
  return true;
}

/** Of the entry that selects tokens so. */
function suffix(unbiased: UnbiasedDraw | undefined): string {
  return unbiased ? "_unbiased" : "";
}

function tiles({ rows, cols }: PackedMatrix24) {
  return { grid: [cols / 128, rows / 128, 1], block: [256, 1, 1] } as const;
}

function sizes({ rows, cols }: PackedMatrix24) {
  return [i32(rows), i32(cols)];
}

/** Where the sorted rows lie among all tokens and neurons. */
function places({ order, replicas }: TokenGather, { offsets }: Segments) {
  return [address(order), i32(replicas), address(offsets), i32(elementCount(offsets.shape) - 1)];
}

/** The same mask under other values. */
function copyMetadata({ driver }: LaunchContext, from: PackedMatrix24, to: PackedMatrix24): void {
  const { metadataOffset, metadataBytes } = packedLayout(from.rows, from.cols, from.axis);
  const offset = BigInt(metadataOffset);
  driver.copyWithin(storageOf(to).address + offset, storageOf(from).address + offset, metadataBytes);
}
