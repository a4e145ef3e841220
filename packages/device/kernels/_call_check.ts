import { isPacked24, type Operand } from "../packed24.ts";
import { elementCount, type Tensor } from "../tensor.ts";

/** What a tensor may hold. */
export type Kind = "float" | "f32" | "i32";

/** One axis of a pattern: a letter (the same size everywhere in a call) or a number. */
export type Axis = string | number;

/**
 * Checks the tensors of one call: `tensor("x", x, "float", ["T", "D"])` binds T and D at their first use and demands
 * the same sizes at every later one.
 */
export class CallCheck {
  readonly #sizes = new Map<string, number>();
  readonly #inputs: { name: string; operand: Operand }[] = [];
  readonly #outputs: { name: string; operand: Operand; inPlaceOf: readonly string[] }[] = [];

  /**
   * @param kernel Name of the kernel, for messages.
   * @param takesScales Whether operands may have a scale.
   */
  constructor(readonly kernel: string, readonly takesScales = false) {}

  /** Demands a tensor of a kind and a shape that is read. */
  input(name: string, tensor: Tensor, kind: Kind, shape: readonly Axis[]): void {
    this.#plain(name, tensor);
    this.#tensor(name, tensor, kind, shape);
    this.#inputs.push({ name, operand: tensor });
  }

  /**
   * Demands a tensor of a kind and a shape that is written; it may be the very tensor of an input named in `inPlaceOf`.
   */
  output(name: string, tensor: Tensor, kind: Kind, shape: readonly Axis[], inPlaceOf: readonly string[] = []): void {
    this.#plain(name, tensor);
    this.#tensor(name, tensor, kind, shape);
    this.#outputs.push({ name, operand: tensor, inPlaceOf });
  }

  /** Demands a dense matrix that is read and may have a scale. */
  inputFactor(name: string, tensor: Tensor, shape: readonly [Axis, Axis]): void {
    this.#scale(name, tensor);
    this.#tensor(name, tensor, "float", shape);
    this.#inputs.push({ name, operand: tensor });
  }

  /** Demands a dense matrix, or one packed along `axis`, that is read and may have a scale. */
  inputOperand(name: string, operand: Operand, shape: readonly [Axis, Axis], axis: "rows" | "cols"): void {
    this.#scale(name, operand);
    this.#operand(name, operand, shape, axis);
    this.#inputs.push({ name, operand });
  }

  /** Demands a dense matrix, or one packed along `axis`, that is written. */
  outputOperand(name: string, operand: Operand, shape: readonly [Axis, Axis], axis: "rows" | "cols"): void {
    this.#plain(name, operand);
    this.#operand(name, operand, shape, axis);
    this.#outputs.push({ name, operand, inPlaceOf: [] });
  }

  /** Fails with a sentence "Cannot <kernel> as <rule>: current value is <value>" unless `holds`. */
  require(holds: boolean, rule: string, value: unknown): void {
    if (!holds) throw new TypeError(`Cannot run ${this.kernel} as ${rule}: current value is ${value}`);
  }

  /** Size of a letter that has been bound. */
  size(letter: string): number {
    return this.#sizes.get(letter) ?? NaN;
  }

  /** Demands that no output shares memory with another output, or with an input other than one that it replaces. */
  aliasing(): void {
    this.#outputs.forEach(({ name, operand, inPlaceOf }, i) => {
      for (const input of this.#inputs) {
        const isAllowed = inPlaceOf.includes(input.name) && same(operand, input.operand);
        const rule = `${name} must not share memory with ${input.name}`;
        this.require(isAllowed || !overlaps(operand, input.operand), rule, place(operand));
      }
      for (const other of this.#outputs.slice(0, i)) {
        this.require(
          !overlaps(operand, other.operand),
          `${name} must not share memory with ${other.name}`,
          place(operand),
        );
      }
    });
  }

  #plain(name: string, { scale }: Operand): void {
    this.require(scale === undefined, `${name} must have no scale`, "one of its own");
  }

  #scale(name: string, { scale }: Operand): void {
    if (scale === undefined) return;
    this.require(this.takesScales, `this device takes no operands with a scale`, `${name} with one`);
    this.input(`the scale of ${name}`, scale, "f32", [1]);
  }

  #tensor(name: string, tensor: Tensor, kind: Kind, shape: readonly Axis[]): void {
    const isKind = kind === "float" ? tensor.dtype !== "i32" : tensor.dtype === kind;
    this.require(isKind, `${name} must be ${kind === "float" ? "f32, bf16 or f16" : kind}`, tensor.dtype);
    this.#shape(name, tensor.shape, shape);
  }

  #operand(name: string, operand: Operand, shape: readonly [Axis, Axis], axis: "rows" | "cols"): void {
    if (!isPacked24(operand)) return this.#tensor(name, operand, "float", shape);
    this.require(operand.axis === axis, `${name} must be packed along "${axis}"`, operand.axis);
    this.#shape(name, [operand.rows, operand.cols], shape);
  }

  #shape(name: string, actual: readonly number[], pattern: readonly Axis[]): void {
    const expected = pattern.map((axis) => typeof axis === "number" ? axis : this.#sizes.get(axis) ?? axis);
    const fits = actual.length === expected.length &&
      expected.every((axis, i) => typeof axis === "string" || axis === actual[i]);
    this.require(fits, `${name} must be [${expected.join(", ")}]`, `[${actual.join(", ")}]`);
    pattern.forEach((axis, i) => {
      if (typeof axis === "string") this.#sizes.set(axis, actual[i] ?? NaN);
    });
  }
}

/** What calls of kernels must fulfil; that outputs share no memory with what is still needed is checked behind it. */
export type CallChecks<Family extends { readonly [Name in keyof Family]: (args: never) => void }> = {
  readonly [Name in keyof Family]: (check: CallCheck, args: Parameters<Family[Name]>[0]) => void;
};

function extent(operand: Operand): { start: number; end: number } {
  // A packed matrix always owns its storage.
  if (isPacked24(operand)) return { start: 0, end: Infinity };
  return { start: operand.offset, end: operand.offset + elementCount(operand.shape) };
}

function overlaps(a: Operand, b: Operand): boolean {
  if (a.storage !== b.storage) return false;
  const [first, second] = [extent(a), extent(b)];
  return first.start < second.end && second.start < first.end;
}

function same(a: Operand, b: Operand): boolean {
  const [first, second] = [extent(a), extent(b)];
  return a.storage === b.storage && first.start === second.start && first.end === second.end;
}

function place(operand: Operand): string {
  const { start, end } = extent(operand);
  return `elements ${start} to ${end} of one storage`;
}
