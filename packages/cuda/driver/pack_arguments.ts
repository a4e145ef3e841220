/** One kernel argument: its bytes are placed at the next multiple of its natural alignment. */
export type KernelArgument =
  | { readonly kind: "pointer"; readonly value: bigint }
  | { readonly kind: "i64"; readonly value: number }
  | { readonly kind: "i32"; readonly value: number }
  | { readonly kind: "f32"; readonly value: number }
  | { readonly kind: "struct"; readonly value: Uint8Array; readonly alignment: number };

const SIZES = { pointer: 8, i64: 8, i32: 4, f32: 4 } as const;

/** A device address; 0n for a tensor that is left out. */
export function pointer(value: bigint): KernelArgument {
  return { kind: "pointer", value };
}

/** A 32-bit integer. */
export function i32(value: number): KernelArgument {
  if ((value | 0) === value) return { kind: "i32", value };
  throw new RangeError(`Cannot pass a kernel argument as it must be a 32-bit integer: current value is ${value}`);
}

/** A 64-bit integer. */
export function i64(value: number): KernelArgument {
  if (Number.isSafeInteger(value)) return { kind: "i64", value };
  throw new RangeError(`Cannot pass a kernel argument as it must be a whole number: current value is ${value}`);
}

/** A float. */
export function f32(value: number): KernelArgument {
  return { kind: "f32", value };
}

/** A struct that is passed by value. */
export function struct(value: Uint8Array, alignment: number): KernelArgument {
  return { kind: "struct", value, alignment };
}

/** A `CUtensorMap`. */
export function tensorMap(value: Uint8Array): KernelArgument {
  return struct(value, 64);
}

/** The arguments of a launch: their bytes, and where each one starts. */
export interface PackedArguments {
  /** Every argument little-endian at its natural alignment, as C lays out a struct. */
  readonly bytes: Uint8Array;
  /** Start of each argument in `bytes`. */
  readonly offsets: readonly number[];
}

/**
 * Packs the arguments of a launch. The driver is given the address of each one, not the block as a whole: a block
 * with tensor maps in it did not reach the kernel intact that way (driver 580.159). The bytes are copied during the
 * launch call, also while capturing.
 */
export function packArguments(args: readonly KernelArgument[]): PackedArguments {
  let size = 0;
  const offsets = args.map((argument) => {
    const [bytes, alignment] = argument.kind === "struct"
      ? [argument.value.length, argument.alignment]
      : [SIZES[argument.kind], SIZES[argument.kind]];
    const offset = Math.ceil(size / alignment) * alignment;
    size = offset + bytes;
    return offset;
  });
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  args.forEach((argument, index) => store(view, offsets[index] ?? 0, argument));
  return { bytes, offsets };
}

function store(view: DataView, offset: number, argument: KernelArgument): void {
  switch (argument.kind) {
    case "pointer":
      return view.setBigUint64(offset, argument.value, true);
    case "i64":
      return view.setBigInt64(offset, BigInt(argument.value), true);
    case "i32":
      return view.setInt32(offset, argument.value, true);
    case "f32":
      return view.setFloat32(offset, argument.value, true);
    case "struct":
      return new Uint8Array(view.buffer).set(argument.value, offset);
  }
}
