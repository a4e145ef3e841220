import { type CudnnLibrary, DESCRIPTOR, VALUE } from "./symbols.ts";

/** A tensor of a graph. */
export interface GraphTensor {
  readonly descriptor: bigint;
  readonly id: number;
}

/** How a tensor lies in memory. */
export interface GraphTensorOptions {
  readonly dims: readonly number[];
  readonly strides: readonly number[];
  readonly type: keyof typeof DATA_TYPES;
  /** `real` is device memory, `virtual` exists inside the kernel only, `scalar` is a host value. Default virtual. */
  readonly kind?: "real" | "virtual" | "scalar";
}

/** A plan that can run, and the tensors it was built from. */
export interface GraphPlan {
  readonly plan: bigint;
  readonly workspaceBytes: number;
}

const DATA_TYPES = { f32: 0, i32: 4, bf16: 9, boolean: 11 } as const;
const POINTWISE = {
  add: 0,
  mul: 1,
  div: 6,
  sub: 9,
  exp: 13,
  log: 15,
  identity: 21,
  greaterEqual: 303,
  index: 501,
  select: 601,
} as const;
const REDUCTIONS = { sum: 0, max: 3 } as const;
const HEURISTICS_A = 3;
const HEURISTICS_FALLBACK = 2;

type AttributeArray =
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** Builds one cuDNN operation graph and the plan that runs it. */
export class CudnnGraph {
  readonly #library: CudnnLibrary;
  readonly #handle: bigint;
  readonly #operations: bigint[] = [];
  readonly #owned: bigint[] = [];
  #nextId = 1;

  constructor(library: CudnnLibrary, handle: bigint) {
    this.#library = library;
    this.#handle = handle;
  }

  tensor({ dims, strides, type, kind = "virtual" }: GraphTensorOptions): GraphTensor {
    const id = this.#nextId++;
    const descriptor = this.#create(DESCRIPTOR.tensor);
    this.#set(descriptor, 901, VALUE.dataType, Int32Array.of(DATA_TYPES[type]));
    this.#set(descriptor, 902, VALUE.int64, BigInt64Array.from(dims, BigInt));
    this.#set(descriptor, 903, VALUE.int64, BigInt64Array.from(strides, BigInt));
    this.#set(descriptor, 906, VALUE.int64, BigInt64Array.of(BigInt(id)));
    this.#set(descriptor, 900, VALUE.int64, BigInt64Array.of(16n));
    if (kind === "virtual") this.#set(descriptor, 907, VALUE.boolean, Uint8Array.of(1));
    if (kind === "scalar") this.#set(descriptor, 908, VALUE.boolean, Uint8Array.of(1));
    this.#finalize(descriptor);
    return { descriptor, id };
  }

  matmul(a: GraphTensor, b: GraphTensor, out: GraphTensor): void {
    const kind = this.#create(DESCRIPTOR.matmul);
    this.#set(kind, 1500, VALUE.dataType, Int32Array.of(DATA_TYPES.f32));
    this.#finalize(kind);
    this.#operation(DESCRIPTOR.matmulOperation, [[1520, a], [1521, b], [1522, out]], [1523, kind]);
  }

  /** out = mode(x, b); `select` takes x where `mask` holds, else b; `index` gives positions along `axis`. */
  pointwise(
    mode: keyof typeof POINTWISE,
    x: GraphTensor,
    b: GraphTensor | undefined,
    out: GraphTensor,
    { type = "f32", axis, mask }: { type?: keyof typeof DATA_TYPES; axis?: number; mask?: GraphTensor } = {},
  ): void {
    const kind = this.#create(DESCRIPTOR.pointwise);
    this.#set(kind, 0, VALUE.pointwiseMode, Int32Array.of(POINTWISE[mode]));
    this.#set(kind, 1, VALUE.dataType, Int32Array.of(DATA_TYPES[type]));
    if (axis !== undefined) this.#set(kind, 9, VALUE.int64, BigInt64Array.of(BigInt(axis)));
    this.#finalize(kind);
    const tensors: [number, GraphTensor][] = [[751, x]];
    if (b !== undefined) tensors.push([752, b]);
    if (mask !== undefined) tensors.push([758, mask]);
    this.#operation(DESCRIPTOR.pointwiseOperation, [...tensors, [753, out]], [750, kind]);
  }

  /** out = the sum or the largest of x along the axes on which `out` is 1 wide (or narrower). */
  reduce(mode: keyof typeof REDUCTIONS, x: GraphTensor, out: GraphTensor): void {
    const kind = this.#create(DESCRIPTOR.reduction);
    this.#set(kind, 1600, VALUE.reductionOperator, Int32Array.of(REDUCTIONS[mode]));
    this.#set(kind, 1601, VALUE.dataType, Int32Array.of(DATA_TYPES.f32));
    this.#finalize(kind);
    this.#operation(DESCRIPTOR.reductionOperation, [[1610, x], [1611, out]], [1612, kind]);
  }

  reshape(x: GraphTensor, out: GraphTensor): void {
    this.#operation(DESCRIPTOR.reshapeOperation, [[2200, x], [2201, out]]);
  }

  /**
   * Keeps the scores of keys that are not behind the query; the others become `fill`. One descriptor since cuDNN 9.21.
   */
  causalMask(x: GraphTensor, fill: GraphTensor, out: GraphTensor): void {
    const descriptor = this.#create(DESCRIPTOR.bandMaskOperation);
    this.#set(descriptor, 3000, VALUE.descriptor, BigUint64Array.of(x.descriptor));
    this.#set(descriptor, 3005, VALUE.descriptor, BigUint64Array.of(fill.descriptor));
    this.#set(descriptor, 3006, VALUE.descriptor, BigUint64Array.of(out.descriptor));
    this.#set(descriptor, 3007, VALUE.pointwiseMode, Int32Array.of(POINTWISE.greaterEqual));
    this.#finalize(descriptor);
    this.#operations.push(descriptor);
  }

  softmax(x: GraphTensor, out: GraphTensor, statistics: GraphTensor): void {
    this.#operation(DESCRIPTOR.softmaxOperation, [[3100, x], [3101, out], [3102, statistics]]);
  }

  /**
   * The plans that the library's proposals give, the one it likes best first. Each may be compiled now, which takes a
   * while: no more than `most` are made.
   *
   * @throws {Error} when there is none
   */
  plans(most: number): GraphPlan[] {
    const graph = this.#create(DESCRIPTOR.graph);
    this.#set(graph, 801, VALUE.descriptor, BigUint64Array.from(this.#operations));
    this.#set(graph, 800, VALUE.handle, BigUint64Array.of(this.#handle));
    this.#finalize(graph);
    let failure: unknown;
    for (const mode of [HEURISTICS_A, HEURISTICS_FALLBACK]) {
      const plans: GraphPlan[] = [];
      for (const configuration of this.#configurations(graph, mode)) {
        if (plans.length >= most) break;
        try {
          plans.push(this.#planOf(configuration));
        } catch (error) {
          failure ??= error;
        }
      }
      if (plans.length > 0) return plans;
    }
    throw failure ?? new Error("Cannot plan an attention as cuDNN has no engine for it: current value is 0 engines");
  }

  /** Frees every descriptor but the plan. */
  dispose(): void {
    for (const descriptor of this.#owned.splice(0).reverse()) this.#library.cudnnBackendDestroyDescriptor(descriptor);
  }

  #configurations(graph: bigint, mode: number): bigint[] {
    const heuristics = this.#create(DESCRIPTOR.heuristics);
    this.#set(heuristics, 201, VALUE.descriptor, BigUint64Array.of(graph));
    this.#set(heuristics, 200, VALUE.heuristicMode, Int32Array.of(mode));
    this.#finalize(heuristics);
    const count = new BigInt64Array(1);
    // With room for results, even for none, releases before 9.21 answer 0.
    this.#get(heuristics, 202, 0, count, null);
    const found = Number(count[0] ?? 0n);
    const configurations = Array.from({ length: found }, () => this.#create(DESCRIPTOR.engineConfiguration));
    if (found > 0) this.#get(heuristics, 202, found, count, BigUint64Array.from(configurations));
    return configurations.slice(0, Number(count[0] ?? 0n));
  }

  #planOf(configuration: bigint): GraphPlan {
    const out = new BigUint64Array(1);
    check(this.#library, this.#library.cudnnBackendCreateDescriptor(DESCRIPTOR.plan, out), "create a plan");
    const plan = out[0] ?? 0n;
    this.#set(plan, 400, VALUE.handle, BigUint64Array.of(this.#handle));
    this.#set(plan, 401, VALUE.descriptor, BigUint64Array.of(configuration));
    this.#finalize(plan);
    const bytes = new BigInt64Array(1);
    const status = this.#library.cudnnBackendGetAttribute(plan, 402, VALUE.int64, 1n, new BigInt64Array(1), bytes);
    check(this.#library, status, "read the workspace of a plan");
    return { plan, workspaceBytes: Number(bytes[0] ?? 0n) };
  }

  #operation(type: number, tensors: readonly [number, GraphTensor][], kind?: readonly [number, bigint]): void {
    const descriptor = this.#create(type);
    if (kind !== undefined) this.#set(descriptor, kind[0], VALUE.descriptor, BigUint64Array.of(kind[1]));
    for (const [name, tensor] of tensors) {
      this.#set(descriptor, name, VALUE.descriptor, BigUint64Array.of(tensor.descriptor));
    }
    this.#finalize(descriptor);
    this.#operations.push(descriptor);
  }

  #create(type: number): bigint {
    const out = new BigUint64Array(1);
    check(this.#library, this.#library.cudnnBackendCreateDescriptor(type, out), `create descriptor ${type}`);
    const descriptor = out[0] ?? 0n;
    this.#owned.push(descriptor);
    return descriptor;
  }

  #set(descriptor: bigint, name: number, type: number, values: AttributeArray): void {
    const count = BigInt(values.length);
    const status = this.#library.cudnnBackendSetAttribute(descriptor, name, type, count, values);
    check(this.#library, status, `set attribute ${name}`);
  }

  #get(
    descriptor: bigint,
    name: number,
    requested: number,
    count: BigInt64Array<ArrayBuffer>,
    out: AttributeArray | null,
  ): void {
    const status = this.#library.cudnnBackendGetAttribute(
      descriptor,
      name,
      VALUE.descriptor,
      BigInt(requested),
      count,
      out,
    );
    check(this.#library, status, `read attribute ${name}`);
  }

  #finalize(descriptor: bigint): void {
    check(this.#library, this.#library.cudnnBackendFinalize(descriptor), "finalise a descriptor");
  }
}

/** Throws when cuDNN refused, with its own words. */
export function check(library: CudnnLibrary, status: number, doing: string): void {
  if (status === 0) return;
  const text = new Uint8Array(1024);
  library.cudnnGetLastErrorString(text, BigInt(text.length));
  const reason = new TextDecoder().decode(text.subarray(0, Math.max(0, text.indexOf(0))));
  throw new Error(`Cannot ${doing} as cuDNN refused: current value is status ${status} (${reason})`);
}
