import {
  isPacked24,
  type Operand,
  type PackedMatrix24,
  type Segments,
  type Tensor,
  type TokenGather,
  type UnbiasedDraw,
} from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import type { ModuleName } from "../launching/load_modules.ts";
import { i32, type KernelArgument } from "../driver/pack_arguments.ts";
import { packedLayout } from "../memory/packed_layout.ts";
import {
  address,
  drawArguments,
  matrixSize,
  packedAddresses,
  requireType,
  strided,
  usedRows,
} from "../launching/arguments.ts";

/** What the two kernels that select activations have in common. */
export interface SelectionLaunch {
  readonly module: ModuleName;
  /** Name of the operation: the kernels are `<name>_neurons` and `<name>_tokens`. */
  readonly name: string;
  /** Sorted tokens: bf16 [R, C], or with `gather` all tokens and neurons. */
  readonly x: Tensor;
  /** What sorts the tokens where they are not; the plain kernels take sorted ones only. */
  readonly gather?: TokenGather;
  readonly segments: Segments;
  readonly relu: PackedMatrix24;
  readonly neurons: Operand;
  readonly tokens: Operand;
  /** How tokens are drawn; the largest are selected without it. */
  readonly unbiased?: UnbiasedDraw;
  /** Whether the operation reads the relu: its kernel along tokens takes it then, too. */
  readonly readsRelu: boolean;
}

/**
 * Starts the kernel along neurons, which also writes the dense forms, and the one along tokens where it is asked for.
 */
export function launchSelection(context: LaunchContext, launch: SelectionLaunch): void {
  const { module, name, x, segments, relu, neurons, tokens, unbiased, readsRelu } = launch;
  requireType(x, "bf16");
  const [rows, columns] = matrixSize(x);
  const common = [address(x), usedRows(segments), i32(rows), i32(columns)];
  context.launch({ module, name: `${name}_neurons` }, geometry(context, relu), [
    ...common,
    ...packedAddresses(relu),
    ...packedAddresses(packedOnly(neurons)),
    denseOnly(neurons),
    denseOnly(tokens),
  ]);
  if (!isPacked24(tokens)) return;
  context.launch({ module, name: `${name}_tokens` }, geometry(context, tokens), [
    ...common,
    ...(readsRelu ? packedAddresses(relu) : []),
    ...packedAddresses(tokens),
    ...drawArguments(unbiased),
  ]);
}

function geometry(context: LaunchContext, { rows, cols, axis }: PackedMatrix24): ReturnType<typeof strided> {
  return strided(context, packedLayout(rows, cols, axis).metadataBytes / 4, 1);
}

function packedOnly(operand: Operand): PackedMatrix24 | undefined {
  return isPacked24(operand) ? operand : undefined;
}

function denseOnly(operand: Operand): KernelArgument {
  if (isPacked24(operand)) return address(undefined);
  requireType(operand, "bf16");
  return address(operand);
}
