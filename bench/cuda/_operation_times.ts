import type { NativeDriver } from "@beyond24/cuda";
import { isPacked24, type Kernels, type MatmulArguments, type Operand } from "@beyond24/device";

/** Calls and milliseconds of one operation; of products one for each shape. */
export interface OperationTime {
  readonly name: string;
  readonly calls: number;
  readonly milliseconds: number;
}

/** Puts an event on each side of every operation of a device, whatever kernel or library does it. */
export class OperationTimes {
  readonly #driver: NativeDriver;
  readonly #spans: { name: string; start: bigint; end: bigint }[] = [];

  /** Replaces the operations of `kernels` by timed ones. */
  constructor(kernels: Kernels, driver: NativeDriver) {
    this.#driver = driver;
    for (const [name, run] of Object.entries(kernels)) {
      Object.assign(kernels, { [name]: (args: object) => this.#time(nameOf(name, args), () => run(args)) });
    }
  }

  /** The longest first; call when the device is idle. */
  times(): OperationTime[] {
    const byName = new Map<string, { calls: number; milliseconds: number }>();
    for (const { name, start, end } of this.#spans) {
      const { calls, milliseconds } = byName.get(name) ?? { calls: 0, milliseconds: 0 };
      const total = milliseconds + this.#driver.elapsedMilliseconds(start, end);
      byName.set(name, { calls: calls + 1, milliseconds: total });
    }
    return [...byName].map(([name, sum]) => ({ name, ...sum })).sort((a, b) => b.milliseconds - a.milliseconds);
  }

  #time(name: string, run: () => void): void {
    const [start, end] = [this.#driver.createEvent(), this.#driver.createEvent()];
    this.#driver.recordEvent(start);
    run();
    this.#driver.recordEvent(end);
    this.#spans.push({ name, start, end });
  }
}

function nameOf(name: string, args: object): string {
  if (name !== "matmul") return name;
  const { a, b, transposeA = false, transposeB = false, out, accumulate = false } = args as MatmulArguments;
  const form = `${transposeA ? "T" : "N"}${transposeB ? "T" : "N"} to ${out.dtype}${accumulate ? ", added" : ""}`;
  return `matmul ${sizes(a)} by ${sizes(b)} ${form}`;
}

function sizes(operand: Operand): string {
  return isPacked24(operand) ? `2:4 ${operand.rows} x ${operand.cols}` : operand.shape.join(" x ");
}
