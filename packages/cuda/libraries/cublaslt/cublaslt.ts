import type { DenseProduct, DenseProducts } from "../dense_products.ts";
import { CUBLASLT_SYMBOLS, type CublasLtLibrary } from "./symbols.ts";
import { alignmentOf, type ProductPlan, ProductPlanner } from "./product_planner.ts";
import type { Driver } from "../../driver/driver.ts";
import { findLibrary } from "../library_folders.ts";

const NAMES = ["libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so"];
const ONE = Float32Array.of(1);
const ZERO = Float32Array.of(0);

/** Opens cuBLASLt, or gives nothing when it is not found or does not start. */
export function openCublasLt(
  driver: Driver,
  folders: readonly string[],
  repeatable: boolean,
): DenseProducts | undefined {
  const path = findLibrary(folders, NAMES);
  if (path === undefined) return undefined;
  try {
    const library = Deno.dlopen(path, CUBLASLT_SYMBOLS).symbols;
    const handle = new BigUint64Array(1);
    if (library.cublasLtCreate(handle) !== 0) return undefined;
    return new CublasLt(driver, library, handle[0] ?? 0n, repeatable);
  } catch {
    return undefined;
  }
}

/** Dense products of cuBLASLt: the fastest of its proposals for every shape, found when the shape is first seen. */
class CublasLt implements DenseProducts {
  readonly description: string;
  readonly #driver: Driver;
  readonly #library: CublasLtLibrary;
  readonly #handle: bigint;
  readonly #planner: ProductPlanner;
  readonly #plans = new Map<string, ProductPlan | undefined>();

  constructor(driver: Driver, library: CublasLtLibrary, handle: bigint, repeatable: boolean) {
    this.#driver = driver;
    this.#library = library;
    this.#handle = handle;
    const run = (plan: ProductPlan, product: DenseProduct, out: bigint) => this.#run(plan, product, out);
    this.#planner = new ProductPlanner(driver, library, handle, repeatable, run);
    this.description = `cuBLASLt ${formatVersion(Number(library.cublasLtGetVersion()))}`;
  }

  matmul(product: DenseProduct, capturing: boolean): boolean {
    const key = planKey(product);
    if (!this.#plans.has(key)) this.#plans.set(key, this.#planner.plan(product, capturing));
    const plan = this.#plans.get(key);
    return plan !== undefined && this.#run(plan, product, product.out);
  }

  dispose(): void {
    this.#planner.dispose();
    this.#library.cublasLtDestroy(this.#handle);
  }

  #run(plan: ProductPlan, { a, b, accumulate }: DenseProduct, out: bigint): boolean {
    // Column-major: the library computes the transposed product, so that b comes first.
    const status = this.#library.cublasLtMatmul(
      this.#handle,
      plan.operation,
      ONE,
      b,
      plan.layoutB,
      a,
      plan.layoutA,
      accumulate ? ONE : ZERO,
      out,
      plan.layoutOut,
      out,
      plan.layoutOut,
      plan.algorithm,
      this.#planner.workspace,
      BigInt(plan.workspaceBytes),
      this.#driver.stream,
    );
    return status === 0;
  }
}

function planKey(product: DenseProduct): string {
  const { m, n, k, transposeA, transposeB, type, outType, accumulate, a, b, out } = product;
  const alignments = [a, b, out].map(alignmentOf);
  return [m, n, k, transposeA, transposeB, type, outType, accumulate, ...alignments].join();
}

function formatVersion(version: number): string {
  // 130101 is 13.1.1; releases before 12.8 wrote 120704 the same way.
  return `${Math.floor(version / 10_000)}.${Math.floor(version / 100) % 100}.${version % 100}`;
}
