import type { Arena, Device, DType, Tensor } from "@beyond24/device";
import { GradientStore, type GradientTarget } from "./gradient_store.ts";
import type { Parameter } from "./parameter.ts";
import type { Variable } from "./variable.ts";

/** How a {@linkcode Tape} works. */
export interface TapeOptions {
  /** Whether functions are recorded for a backward pass. Default true. */
  readonly recording?: boolean;
  /** Whether gradients are added to what parameters hold already (later micro-batches). Default false: replaced. */
  readonly accumulate?: boolean;
  /**
   * Is told of parameters whose gradients are complete, each once, while the backward pass goes on: at each place that
   * {@linkcode Tape.announceGradients} names, and at the end.
   */
  readonly onGradients?: (parameters: readonly Parameter[]) => void;
}

/** One function that ran, as {@linkcode Tape.record} takes it. */
export interface TapeEntry {
  /** Results; their values and gradients are recycled once `backward` has run. */
  readonly outputs: readonly Variable[];
  /** What only `backward` needs besides its inputs and outputs; recycled once it has run. */
  readonly saved?: readonly (Parameters<Arena["recycle"]>[0])[];
  /** Hands gradients to inputs and parameters. Called only when an output has a gradient, or when there are none. */
  readonly backward: () => void;
}

/**
 * Remembers the functions of a forward pass and runs their backward halves in reverse order.
 *
 * Everything between lies in one arena: a value is recycled as soon as the function that made it has run backwards, a
 * gradient as soon as it is consumed. Nothing waits for the host.
 *
 * @example Differentiate a product
 * ```ts
 * import { createParameter, linear, Tape, writeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const arena = device.arena();
 * const weight = createParameter(device, "weight", [1, 2]);
 * writeParameter(device, weight, new Float32Array([3, 4]));
 * const x = device.tensor([1, 2], "f32");
 * device.write(x, new Float32Array([5, 6]));
 *
 * const tape = new Tape(device, arena);
 * const y = linear(tape, tape.input(x), weight);
 * assertEquals(await device.read(y.value), new Float32Array([39]));
 * const one = tape.tensor([1, 1]);
 * device.kernels.fill({ out: one, value: 1 });
 * tape.addGradient(y, one);
 * tape.backward();
 * assertEquals(await device.read(weight.gradient), new Float32Array([5, 6]));
 * ```
 */
export class Tape {
  /** Where the kernels run. */
  readonly device: Device;
  /** Where values and gradients live. */
  readonly arena: Arena;
  /** Whether functions are recorded. */
  readonly recording: boolean;
  readonly #entries: TapeEntry[] = [];
  readonly #gradients: GradientStore;
  readonly #inputs = new Set<Variable>();
  readonly #written = new Set<Parameter>();
  readonly #announced = new Set<Parameter>();
  readonly #accumulate: boolean;
  readonly #onGradients: TapeOptions["onGradients"];

  /**
   * An empty tape.
   *
   * @param device Where the kernels run
   * @param arena Memory of the step; the caller resets it
   * @param options Recording and accumulation
   */
  constructor(device: Device, arena: Arena, options: TapeOptions = {}) {
    this.device = device;
    this.arena = arena;
    this.recording = options.recording ?? true;
    this.#accumulate = options.accumulate ?? false;
    this.#onGradients = options.onGradients;
    this.#gradients = new GradientStore(device, arena);
  }

  /** A tensor of the arena, of undefined contents; by default of the device's activation type. */
  tensor(shape: readonly number[], dtype: DType = this.device.activationType): Tensor {
    return this.arena.tensor(shape, dtype);
  }

  /** A variable whose value belongs to somebody else and is never recycled. */
  input(value: Tensor): Variable {
    const variable = { value, gradient: undefined };
    this.#inputs.add(variable);
    return variable;
  }

  /** A variable for the result of a function, whose value is recycled when its backward half has run. */
  output(value: Tensor): Variable {
    return { value, gradient: undefined };
  }

  /** Remembers a function that ran. When the tape does not record, it only gives back what was saved. */
  record(entry: TapeEntry): void {
    if (this.recording) this.#entries.push(entry);
    else for (const tensor of entry.saved ?? []) this.arena.recycle(tensor);
  }

  /**
   * Runs functions of which only the result stays: they are computed again, to the same bits, where the backward pass
   * needs what lies between (activation checkpointing, Chen et al. 2016). Also a tape that does not record gives their
   * memory back at once.
   *
   * @param functions Functions on the tape that they are given; called again in the backward pass, so they may not
   * change what they read
   * @returns Their result, which the last of them made
   *
   * @example Forget a product
   * ```ts
   * import { createParameter, linear, Tape } from "@beyond24/autograd";
   * import { createReferenceDevice } from "@beyond24/cpu";
   * import { assertEquals } from "@std/assert";
   *
   * const device = createReferenceDevice();
   * const tape = new Tape(device, device.arena());
   * const [up, down] = [createParameter(device, "up", [8, 2]), createParameter(device, "down", [2, 8])];
   * const x = tape.input(device.tensor([3, 2], "f32"));
   * const y = tape.recompute((tape) => linear(tape, linear(tape, x, up), down));
   * assertEquals(y.value.shape, [3, 2]);
   * ```
   */
  recompute(functions: (tape: Tape) => Variable): Variable {
    const tape = this.recording ? this : new Tape(this.device, this.arena);
    const start = tape.#entries.length;
    const result = functions(tape);
    for (const { outputs, saved = [] } of tape.#entries.splice(start)) {
      tape.#recycle(outputs.filter((output) => output !== result), saved);
    }
    // What is recorded while an entry runs backwards is what runs backwards next.
    this.record({ outputs: [result], backward: () => this.#gradients.move(result, functions(this)) });
    return result;
  }

  /** Adds a tensor to the gradient of a variable. The tensor belongs to the tape from here on. */
  addGradient(variable: Variable, gradient: Tensor): void {
    this.#gradients.add(variable, gradient);
  }

  /** Adds the gradient of one variable to that of another without a copy where possible. */
  passGradient(from: Variable, to: Variable): void {
    if (from.gradient !== undefined) this.#gradients.add(to, this.#gradients.share(from.gradient));
  }

  /** Where a kernel that can accumulate writes its share of the gradient of a variable. */
  gradientTarget(variable: Variable): GradientTarget {
    return this.#gradients.target(variable);
  }

  /** Where a kernel that can accumulate writes its share of the gradient of a parameter: the first one replaces. */
  parameterTarget(parameter: Parameter): GradientTarget {
    if (this.#announced.has(parameter)) {
      throw new Error(`Cannot add to a gradient as it was said to be complete: it is that of ${parameter.name}`);
    }
    const accumulate = this.#accumulate || this.#written.has(parameter);
    this.#written.add(parameter);
    return { out: parameter.gradient, accumulate };
  }

  /** The gradient of a parameter for a kernel that always adds: filled with zeros before its first use. */
  addingTarget(parameter: Parameter): Tensor {
    const { out, accumulate } = this.parameterTarget(parameter);
    if (!accumulate) this.device.kernels.fill({ out, value: 0 });
    return out;
  }

  /**
   * Names a place in the backward pass: what only functions behind it in the forward pass use has its gradient there.
   * Whoever is told may begin to send it, while the gradients of the functions in front of the place are computed.
   */
  announceGradients(): void {
    if (this.#onGradients !== undefined) this.record({ outputs: [], backward: () => this.#announce() });
  }

  /** Runs everything backwards, once, and forgets it. Gradients of inputs stay until the arena is reset. */
  backward(): void {
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) this.#runBackward(entry);
    this.#announce();
  }

  #announce(): void {
    const complete = [...this.#written].filter((parameter) => !this.#announced.has(parameter));
    for (const parameter of complete) this.#announced.add(parameter);
    if (complete.length > 0) this.#onGradients?.(complete);
  }

  #runBackward({ outputs, saved = [], backward }: TapeEntry): void {
    if (outputs.length === 0 || outputs.some(({ gradient }) => gradient !== undefined)) backward();
    for (const output of outputs) this.#gradients.clear(output);
    this.#recycle(outputs, saved);
  }

  #recycle(outputs: TapeEntry["outputs"], saved: NonNullable<TapeEntry["saved"]>): void {
    for (const output of outputs) if (!this.#inputs.has(output)) this.arena.recycle(output.value);
    for (const tensor of saved) this.arena.recycle(tensor);
  }
}
