import type { AttentionShape } from "@beyond24/device";
import type {
  AttentionAddresses,
  AttentionBackwardAddresses,
  AttentionLibrary,
  AttentionRun,
} from "../attention_library.ts";
import {
  type AttentionPlans,
  type BackwardNames,
  type ForwardNames,
  planBackward,
  planForward,
  type Spelling,
} from "./attention_graphs.ts";
import { check, type GraphPlan } from "./graph.ts";
import { CUDNN_SYMBOLS, type CudnnLibrary, DESCRIPTOR, VALUE } from "./symbols.ts";
import { addressOf } from "../../driver/host_memory.ts";
import { findLibrary } from "../library_folders.ts";
import type { Driver } from "../../driver/driver.ts";

/** Opens cuDNN 9, or gives nothing when it is not found or does not start. */
export function openCudnn(
  driver: Driver,
  folders: readonly string[],
  repeatable: boolean,
): AttentionLibrary | undefined {
  const path = findLibrary(folders, ["libcudnn.so.9"]);
  if (path === undefined) return undefined;
  try {
    const library = Deno.dlopen(path, CUDNN_SYMBOLS).symbols;
    const handle = new BigUint64Array(1);
    if (library.cudnnCreate(handle) !== 0) return undefined;
    return new Cudnn(driver, library, handle[0] ?? 0n, repeatable);
  } catch {
    return undefined;
  }
}

/** Runs of a plan that are timed together. */
const TIMED_RUNS = 3;
/** Bytes of workspace that a plan may take beyond that of the library's first choice. */
const MORE_WORKSPACE = 2 ** 30;

/** Fused causal attention of cuDNN. */
class Cudnn implements AttentionLibrary {
  readonly description: string;
  readonly #library: CudnnLibrary;
  readonly #handle: bigint;
  readonly #repeatable: boolean;
  readonly #driver: Driver;
  readonly #forward = new Map<string, AttentionPlans<ForwardNames> | undefined>();
  readonly #backward = new Map<string, AttentionPlans<BackwardNames> | undefined>();
  /** The fastest plan of a shape, once it is known. */
  readonly #chosen = new Map<AttentionPlans<never>, GraphPlan>();
  /** Lowest finite number: a difference of it and a statistic stays a number. */
  readonly #fill = Float32Array.of(-3.4028234663852886e38);
  readonly #one = Float32Array.of(1);
  readonly #scales = new Map<number, Float32Array>();

  constructor(driver: Driver, library: CudnnLibrary, handle: bigint, repeatable: boolean) {
    this.#driver = driver;
    this.#library = library;
    this.#handle = handle;
    this.#repeatable = repeatable;
    check(library, library.cudnnSetStream(handle, driver.stream), "set the stream");
    const version = Number(library.cudnnGetVersion());
    this.description = `cuDNN ${Math.floor(version / 10_000)}.${Math.floor(version / 100) % 100}.${version % 100}`;
  }

  forward(shape: AttentionShape, addresses: AttentionAddresses, during: AttentionRun): boolean {
    const build = (spelling: Spelling) => planForward(this.#library, this.#handle, shape, spelling, this.#repeatable);
    const graph = planned(this.#forward, shape, build);
    if (graph === undefined) return false;
    this.#run(graph, during.capturing, (plan) => {
      this.#execute(plan, graph.ids, { ...addresses, ...this.#scalars(shape) }, during.scratch(plan.workspaceBytes));
    });
    return true;
  }

  backward(shape: AttentionShape, addresses: AttentionBackwardAddresses, during: AttentionRun): boolean {
    const build = (spelling: Spelling) => planBackward(this.#library, this.#handle, shape, spelling, this.#repeatable);
    const graph = planned(this.#backward, shape, build);
    if (graph === undefined) return false;
    const rows = shape.sequences * shape.heads * shape.sequenceLength;
    const deltaBytes = roundUp(4 * rows);
    const gradientBytes = this.#repeatable ? 0 : roundUp(4 * rows * shape.headDim);
    this.#run(graph, during.capturing, (plan) => {
      const deltas = during.scratch(deltaBytes + gradientBytes + plan.workspaceBytes);
      const queryGradients = deltas + BigInt(deltaBytes);
      const workspace = queryGradients + BigInt(gradientBytes);
      const bound = { ...addresses, ...this.#scalars(shape), one: addressOf(this.#one), deltas };
      this.#execute(plan, graph.ids, this.#repeatable ? bound : { ...bound, queryGradients }, workspace);
    });
    return true;
  }

  /**
   * Runs the library's first choice where results must repeat: which plan is the fastest differs from run to run, and
   * so would the bits. Otherwise the fastest, timed at the first run that is not recorded.
   */
  #run(graph: AttentionPlans<never>, capturing: boolean, run: (plan: GraphPlan) => void): void {
    const [first] = graph.plans;
    if (first === undefined) return;
    const known = this.#chosen.get(graph);
    if (known === undefined && !this.#repeatable && !capturing) {
      this.#chosen.set(graph, this.#fastest(graph.plans, run));
    }
    run(this.#chosen.get(graph) ?? first);
  }

  #fastest(plans: readonly GraphPlan[], run: (plan: GraphPlan) => void): GraphPlan {
    const [first] = plans;
    if (first === undefined) {
      throw new Error("Cannot choose a plan of cuDNN as there is none: current value is 0 plans");
    }
    const largest = first.workspaceBytes + MORE_WORKSPACE;
    const timed = plans.filter(({ workspaceBytes }) => workspaceBytes <= largest)
      .map((plan) => ({ plan, milliseconds: this.#time(plan, run) }));
    return timed.reduce((best, other) => other.milliseconds < best.milliseconds ? other : best).plan;
  }

  /** Milliseconds of some runs after a first one; infinite for a plan that does not run. */
  #time(plan: GraphPlan, run: (plan: GraphPlan) => void): number {
    const [start, end] = [this.#driver.createEvent(), this.#driver.createEvent()];
    try {
      run(plan);
      this.#driver.recordEvent(start);
      for (let i = 0; i < TIMED_RUNS; i++) run(plan);
      this.#driver.recordEvent(end);
      this.#driver.waitForStream();
      return this.#driver.elapsedMilliseconds(start, end);
    } catch {
      return Infinity;
    } finally {
      this.#driver.destroyEvent(start);
      this.#driver.destroyEvent(end);
    }
  }

  dispose(): void {
    this.#library.cudnnDestroy(this.#handle);
  }

  #scalars({ headDim }: AttentionShape): { scale: bigint; fill: bigint } {
    const scale = this.#scales.get(headDim) ?? Float32Array.of(1 / Math.sqrt(headDim));
    this.#scales.set(headDim, scale);
    return { scale: addressOf(scale), fill: addressOf(this.#fill) };
  }

  #execute<Names extends string>(
    { plan }: GraphPlan,
    planIds: Readonly<Record<Names, number>>,
    addresses: Readonly<Partial<Record<Names, bigint>>>,
    workspace: bigint,
  ): void {
    const library = this.#library;
    const slot = new BigUint64Array(1);
    check(library, library.cudnnBackendCreateDescriptor(DESCRIPTOR.variantPack, slot), "bind an attention");
    const pack = slot[0] ?? 0n;
    const ids: bigint[] = [];
    const pointers: bigint[] = [];
    for (const name in addresses) {
      ids.push(BigInt(planIds[name]));
      pointers.push(addresses[name] ?? 0n);
    }
    const count = BigInt(ids.length);
    const set = (
      name: number,
      type: number,
      length: bigint,
      values: BigInt64Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>,
    ) => check(library, library.cudnnBackendSetAttribute(pack, name, type, length, values), "bind an attention");
    set(1000, VALUE.int64, count, BigInt64Array.from(ids));
    set(1001, VALUE.pointer, count, BigUint64Array.from(pointers));
    set(1003, VALUE.pointer, 1n, BigUint64Array.of(workspace));
    check(library, library.cudnnBackendFinalize(pack), "bind an attention");
    check(library, library.cudnnBackendExecute(this.#handle, plan, pack), "run an attention");
    library.cudnnBackendDestroyDescriptor(pack);
  }
}

/** The plan of a shape; a shape that cuDNN refuses is remembered as such, and the plain kernels take it. */
function planned<Plan>(
  plans: Map<string, Plan | undefined>,
  shape: AttentionShape,
  build: (spelling: Spelling) => Plan,
): Plan | undefined {
  const { sequences, sequenceLength, heads, keyValueHeads, headDim } = shape;
  const key = [sequences, sequenceLength, heads, keyValueHeads, headDim].join();
  if (plans.has(key)) return plans.get(key);
  const plan = tryBuild(() => build("descriptors")) ?? tryBuild(() => build("elementary"));
  plans.set(key, plan);
  return plan;
}

function tryBuild<Plan>(build: () => Plan): Plan | undefined {
  try {
    return build();
  } catch {
    return undefined;
  }
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / 256) * 256;
}
