import { Buffer } from "node:buffer";
import type { CublasLtLibrary } from "./symbols.ts";
import type { DenseProduct } from "../dense_products.ts";
import type { Driver } from "../../driver/driver.ts";

const COMPUTE_F32 = 68;
const TYPES = { f32: 0, bf16: 14 } as const;
const TRANSPOSE_A = 3;
const TRANSPOSE_B = 4;
const MAX_WORKSPACE_BYTES = 1;
const REDUCTION_SCHEMES = 3;
const MIN_ALIGNMENTS = [5, 6, 7, 8];
/** Split sums in f32 in the workspace only: the scheme that adds into the result has no fixed order. */
const REDUCE_IN_WORKSPACE = 2;
const WORKSPACE_BYTES = 2 ** 25;
const PROPOSALS = 16;
const PROPOSAL_BYTES = 96;
const ALGORITHM_BYTES = 64;
const TIMED_ROUNDS = 3;
/** Multiplications that are timed together, so that short products are long enough for the clock. */
const TIMED_MULTIPLICATIONS = 2 ** 37;
const COMPARED_BYTES = 2 ** 20;

/** How cuBLASLt runs one shape: handles of its descriptors, and the chosen algorithm. */
export interface ProductPlan {
  readonly operation: bigint;
  readonly layoutA: bigint;
  readonly layoutB: bigint;
  readonly layoutOut: bigint;
  readonly algorithm: Uint8Array<ArrayBuffer>;
  readonly workspaceBytes: number;
}

/** Runs a plan with another output; false when the library refuses. */
export type RunPlan = (plan: ProductPlan, product: DenseProduct, out: bigint) => boolean;

/** Picks the algorithm of a shape. */
export class ProductPlanner {
  readonly #driver: Driver;
  readonly #library: CublasLtLibrary;
  readonly #handle: bigint;
  readonly #repeatable: boolean;
  readonly #run: RunPlan;
  #workspace = 0n;

  constructor(driver: Driver, library: CublasLtLibrary, handle: bigint, repeatable: boolean, run: RunPlan) {
    this.#driver = driver;
    this.#library = library;
    this.#handle = handle;
    this.#repeatable = repeatable;
    this.#run = run;
  }

  /** Address of the workspace of all products. */
  get workspace(): bigint {
    this.#workspace ||= this.#driver.allocate(WORKSPACE_BYTES);
    return this.#workspace;
  }

  /** The plan of a shape, or nothing when the library has no algorithm. Nothing can be timed inside a capture. */
  plan(product: DenseProduct, capturing: boolean): ProductPlan | undefined {
    const proposals = this.#proposals(product);
    if (capturing || proposals.length < 2) return proposals[0];
    return this.#fastest(proposals, product);
  }

  dispose(): void {
    if (this.#workspace !== 0n) this.#driver.free(this.#workspace);
  }

  #proposals(product: DenseProduct): ProductPlan[] {
    const { m, n, k, transposeA, transposeB, type, outType } = product;
    const operation = this.#create((out) => this.#library.cublasLtMatmulDescCreate(out, COMPUTE_F32, TYPES.f32));
    this.#setOperation(operation, TRANSPOSE_A, transposeB);
    this.#setOperation(operation, TRANSPOSE_B, transposeA);
    const layoutB = transposeB ? this.#layout(type, k, n) : this.#layout(type, n, k);
    const layoutA = transposeA ? this.#layout(type, m, k) : this.#layout(type, k, m);
    const handles = { operation, layoutA, layoutB, layoutOut: this.#layout(outType, n, m) };
    const preference = this.#preference(product);
    const results = new Uint8Array(PROPOSALS * PROPOSAL_BYTES);
    const found = new Int32Array(1);
    const status = this.#library.cublasLtMatmulAlgoGetHeuristic(
      this.#handle,
      operation,
      layoutB,
      layoutA,
      handles.layoutOut,
      handles.layoutOut,
      preference,
      PROPOSALS,
      results,
      found,
    );
    this.#library.cublasLtMatmulPreferenceDestroy(preference);
    return status === 0 ? readProposals(results, found[0] ?? 0).map((choice) => ({ ...handles, ...choice })) : [];
  }

  /**
   * The fastest proposal. Where results must repeat only among those whose result has the same bits as the first one's,
   * which the library chooses without a clock: so that timing noise can never change a result, and a resumed run
   * continues exactly.
   */
  #fastest(proposals: readonly ProductPlan[], product: DenseProduct): ProductPlan | undefined {
    const elementBytes = product.outType === "bf16" ? 2 : 4;
    const bytes = product.m * product.n * elementBytes;
    const out = this.#driver.allocate(bytes);
    const results = proposals.map((plan) => ({ plan, result: this.#result(plan, product, out, bytes) }))
      .filter(({ result }) => result !== undefined);
    const expected = results[0]?.result;
    const contenders = results.filter(({ result }) => !this.#repeatable || equal(expected, result))
      .map(({ plan }) => ({ plan, milliseconds: Infinity }));
    // In turn: an idle GPU takes a while to reach its clock, and what is timed first would seem slow.
    for (let round = 0; round < TIMED_ROUNDS; round++) {
      for (const contender of contenders) {
        contender.milliseconds = Math.min(contender.milliseconds, this.#time(contender.plan, product, out));
      }
    }
    this.#driver.free(out);
    return contenders.sort((a, b) => a.milliseconds - b.milliseconds)[0]?.plan;
  }

  #result(plan: ProductPlan, product: DenseProduct, out: bigint, bytes: number): Uint8Array | undefined {
    this.#driver.fill(out, 0, 1, bytes);
    if (!this.#run(plan, product, out)) return undefined;
    const compared = Math.min(bytes, COMPARED_BYTES);
    const pinned = this.#driver.allocatePinned(compared);
    this.#driver.copyToHost(pinned, out, compared);
    this.#driver.waitForStream();
    const result = pinned.bytes.slice();
    this.#driver.freePinned(pinned);
    return result;
  }

  #time(plan: ProductPlan, product: DenseProduct, out: bigint): number {
    const runs = Math.max(1, Math.min(4, Math.floor(TIMED_MULTIPLICATIONS / (product.m * product.n * product.k))));
    const start = this.#driver.createEvent();
    const end = this.#driver.createEvent();
    this.#driver.recordEvent(start);
    for (let i = 0; i < runs; i++) this.#run(plan, product, out);
    this.#driver.recordEvent(end);
    this.#driver.waitForStream();
    const milliseconds = this.#driver.elapsedMilliseconds(start, end) / runs;
    this.#driver.destroyEvent(start);
    this.#driver.destroyEvent(end);
    return milliseconds;
  }

  #preference({ a, b, out }: DenseProduct): bigint {
    const preference = this.#create((slot) => this.#library.cublasLtMatmulPreferenceCreate(slot));
    const set = (attribute: number, bytes: BigUint64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>) =>
      this.#library.cublasLtMatmulPreferenceSetAttribute(preference, attribute, bytes, BigInt(bytes.byteLength));
    set(MAX_WORKSPACE_BYTES, BigUint64Array.of(BigInt(WORKSPACE_BYTES)));
    set(REDUCTION_SCHEMES, Uint32Array.of(REDUCE_IN_WORKSPACE));
    [b, a, out, out].forEach((address, i) => set(MIN_ALIGNMENTS[i] ?? 0, Uint32Array.of(alignmentOf(address))));
    return preference;
  }

  #setOperation(operation: bigint, attribute: number, transposed: boolean): void {
    this.#library.cublasLtMatmulDescSetAttribute(operation, attribute, Int32Array.of(transposed ? 1 : 0), 4n);
  }

  #layout(type: "f32" | "bf16", rows: number, cols: number): bigint {
    return this.#create((out) =>
      this.#library.cublasLtMatrixLayoutCreate(out, TYPES[type], BigInt(rows), BigInt(cols), BigInt(rows))
    );
  }

  #create(call: (out: BigUint64Array<ArrayBuffer>) => number): bigint {
    const out = new BigUint64Array(1);
    const status = call(out);
    if (status !== 0) {
      throw new Error(`Cannot set up a cuBLASLt product as it refused: current value is status ${status}`);
    }
    return out[0] ?? 0n;
  }
}

function readProposals(results: Uint8Array, count: number): Pick<ProductPlan, "algorithm" | "workspaceBytes">[] {
  const view = new DataView(results.buffer);
  return Array.from({ length: count }, (_, i) => i * PROPOSAL_BYTES)
    .filter((start) => view.getInt32(start + ALGORITHM_BYTES + 8, true) === 0)
    .map((start) => ({
      algorithm: results.slice(start, start + ALGORITHM_BYTES) as Uint8Array<ArrayBuffer>,
      workspaceBytes: Number(view.getBigUint64(start + ALGORITHM_BYTES, true)),
    }));
}

/** Every shape compares a dozen megabytes: a loop of ours over bytes would take longer than all else of its plan. */
function equal(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}

/** Largest power of two up to 256 that divides an address. */
export function alignmentOf(address: bigint): number {
  let alignment = 256;
  while (address % BigInt(alignment) !== 0n) alignment /= 2;
  return alignment;
}
