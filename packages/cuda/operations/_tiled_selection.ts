import { isPacked24, type PackedMatrix24, type Tensor, type UnbiasedDraw } from "@beyond24/device";
import { storageOf } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { packedLayout } from "../memory/packed_layout.ts";
import { areWholeTiles, isHopper } from "../products/choose.ts";
import { isInTiles } from "../products/describe.ts";
import { address, drawArguments, matrixSize, packedAddresses, usedRows } from "../launching/arguments.ts";
import type { SelectionLaunch } from "./_selection_launch.ts";

/** Both results packed, whole tiles, a Hopper GPU. */
function takesSelection(context: LaunchContext, { x, segments, neurons, tokens }: SelectionLaunch): boolean {
  const [rows, columns] = matrixSize(x);
  const areTiles = isInTiles(x) && areWholeTiles({ align: segments.align, rows, neurons: columns, features: 128 });
  return isPacked24(neurons) && isPacked24(tokens) && areTiles && isHopper(context.driver.properties);
}

/** y2 and the relu at memory speed; false when the plain kernels must do it. */
export function launchTiledActivation(context: LaunchContext, launch: SelectionLaunch): boolean {
  const { x, segments, relu, neurons, tokens, unbiased } = launch;
  if (!takesSelection(context, launch) || !isPacked24(neurons) || !isPacked24(tokens)) return false;
  const [reluValues] = packedAddresses(relu);
  context.launch({ module: "hopper/pack_activation24", name: `pack_activation24${suffix(unbiased)}` }, tiles(x), [
    address(x),
    reluValues,
    ...packedAddresses(neurons),
    ...packedAddresses(tokens),
    usedRows(segments),
    ...sizes(x),
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
    tiles(x),
    [
      address(x),
      ...packedAddresses(relu),
      neuronValues,
      ...packedAddresses(tokens),
      usedRows(segments),
      ...sizes(x),
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

function tiles(x: Tensor) {
  const [rows, columns] = matrixSize(x);
  return { grid: [columns / 128, rows / 128, 1], block: [256, 1, 1] } as const;
}

function sizes(x: Tensor) {
  const [rows, columns] = matrixSize(x);
  return [i32(rows), i32(columns)];
}

/** The same mask under other values. */
function copyMetadata({ driver }: LaunchContext, from: PackedMatrix24, to: PackedMatrix24): void {
  const { metadataOffset, metadataBytes } = packedLayout(from.rows, from.cols, from.axis);
  const offset = BigInt(metadataOffset);
  driver.copyWithin(storageOf(to).address + offset, storageOf(from).address + offset, metadataBytes);
}
