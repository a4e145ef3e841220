import type { Parameter } from "@beyond24/autograd";
import { type AdamWPack, type Collectives, type Device, soloCollectives, type Tensor } from "@beyond24/device";

/** Settings of {@linkcode AdamW}; all of them have a default. */
export interface AdamWOptions {
  /** Decay of the first moment. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment. Default 0.95. */
  readonly beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled decay of parameters with `decay`. Default 0.1. */
  readonly weightDecay?: number;
  /** Largest global norm of the gradient; longer gradients are scaled down to it. Default 1. */
  readonly maxGradientNorm?: number;
}

/** A tensor of the optimizer's state with its name in checkpoints. */
export interface NamedTensor {
  /** `<parameter>.mean` or `<parameter>.variance`. */
  readonly name: string;
  /** f32, persistent. */
  readonly tensor: Tensor;
}

/** First and second moment of a parameter. */
export interface Moments {
  /** Running mean of the gradient, f32. */
  readonly mean: Tensor;
  /** Running mean of the squared gradient, f32. */
  readonly variance: Tensor;
}

/** A 2:4 form of a parameter that the optimizer can write in the pass that updates the weights. */
export interface UpdatePack extends AdamWPack {
  /** Version of the parameter that it was made from; the optimizer that writes it says so here. */
  version: number | undefined;
}

/** Where an {@linkcode AdamW} works, besides its device. */
export interface AdamWPlace {
  /**
   * Names what a device may record and replay (`Device.replay`), unique on the device. Left out: nothing is recorded.
   */
  readonly key?: string;
  /** How the gradients of all ranks come together. Default: there is one rank. */
  readonly collectives?: Collectives;
}

const defaults: Required<AdamWOptions> = {
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.1,
  maxGradientNorm: 1,
};

function checkOptions(options: Required<AdamWOptions>): void {
  for (const name of ["beta1", "beta2"] as const) {
    if (options[name] >= 0 && options[name] < 1) continue;
    throw new RangeError(`Cannot create AdamW as ${name} must lie in [0, 1): current value is ${options[name]}`);
  }
  for (const name of ["epsilon", "maxGradientNorm"] as const) {
    if (options[name] > 0) continue;
    throw new RangeError(`Cannot create AdamW as ${name} must be > 0: current value is ${options[name]}`);
  }
  if (options.weightDecay >= 0) return;
  throw new RangeError(`Cannot create AdamW as weightDecay must be >= 0: current value is ${options.weightDecay}`);
}

/**
 * AdamW with decoupled decay (Loshchilov and Hutter 2019) and clipping by the global norm, all on the device. With
 * several ranks every one holds all weights and moments, and the sum of the gradients of all ranks moves them.
 *
 * @example One step
 * ```ts
 * import { createParameter } from "@beyond24/autograd";
 * import { AdamW } from "@beyond24/optimizer";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const parameter = createParameter(device, "weight", [1]);
 * device.write(parameter.gradient, new Float32Array([0.5]));
 * const optimizer = new AdamW(device, [parameter]);
 * await optimizer.step(1e-3);
 * assertAlmostEquals((await device.read(parameter.weight))[0] ?? 0, -1e-3, 1e-6);
 * ```
 */
export class AdamW {
  /** The settings in use. */
  readonly options: Required<AdamWOptions>;
  /** Squared global norm of the gradient of the last step before clipping: f32 [1]. */
  readonly squaredNorm: Tensor;
  readonly #device: Device;
  readonly #parameters: readonly Parameter[];
  readonly #moments: Map<Parameter, Moments> = new Map();
  readonly #clipFactor: Tensor;
  readonly #schedule: Tensor;
  readonly #key: string | undefined;
  readonly #collectives: Collectives;
  #stepCount = 0;

  /**
   * Allocates the moments, all zero.
   *
   * @param device Where the parameters live
   * @param parameters What is optimized
   * @param options Settings
   * @param place What a device may record, and the other ranks
   * @throws {RangeError} If a setting is out of bounds
   */
  constructor(
    device: Device,
    parameters: readonly Parameter[],
    options: AdamWOptions = {},
    { key, collectives = soloCollectives }: AdamWPlace = {},
  ) {
    this.options = { ...defaults, ...options };
    checkOptions(this.options);
    this.#device = device;
    this.#parameters = parameters;
    this.#key = key;
    this.#collectives = collectives;
    for (const parameter of parameters) {
      const mean = device.tensor(parameter.shape, "f32");
      this.#moments.set(parameter, { mean, variance: device.tensor(parameter.shape, "f32") });
    }
    this.squaredNorm = device.tensor([1], "f32");
    this.#clipFactor = device.tensor([1], "f32");
    this.#schedule = device.tensor([3], "f32");
  }

  /** Number of steps done so far. Setting it (to what a checkpoint says) sets the bias corrections. */
  get stepCount(): number {
    return this.#stepCount;
  }

  set stepCount(count: number) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`Cannot set stepCount as it must be an integer >= 0: current value is ${count}`);
    }
    this.#stepCount = count;
  }

  /**
   * One step, from the host: brings the gradients of all ranks together, clips them, moves the weights. Call it outside
   * of `Device.replay`: it writes to the device, and counts what the weights have become.
   *
   * @param learningRate Learning rate of the step
   * @param packs Where updated weights are packed 2:4 for the next step, by parameter; in the same pass on a device
   * that can. What was packed has the version of its parameter afterwards
   */
  async step(learningRate: number, packs: ReadonlyMap<Parameter, UpdatePack> = new Map()): Promise<void> {
    this.#stepCount += 1;
    const { beta1, beta2 } = this.options;
    const correction = (beta: number) => 1 / (1 - beta ** this.#stepCount);
    this.#device.write(this.#schedule, new Float32Array([learningRate, correction(beta1), correction(beta2)]));
    if (this.#collectives.size > 1) await this.#collectives.allReduce(this.#parameters.map(({ gradient }) => gradient));
    const update = () => this.#update(packs);
    if (this.#key === undefined) update();
    else this.#device.replay(`${this.#key}/update, packing ${packs.size}`, update);
    for (const parameter of this.#parameters) parameter.version++;
    for (const [parameter, pack] of packs) pack.version = parameter.version;
  }

  /** The kernels of a step. */
  #update(packs: ReadonlyMap<Parameter, UpdatePack>): void {
    const { kernels } = this.#device;
    const { beta1, beta2, epsilon, weightDecay, maxGradientNorm } = this.options;
    kernels.squaredNorm({ tensors: this.#parameters.map(({ gradient }) => gradient), out: this.squaredNorm });
    kernels.clipFactor({ squaredNorm: this.squaredNorm, maxNorm: maxGradientNorm, out: this.#clipFactor });
    for (const [parameter, moments] of this.#moments) {
      const { weight, gradient, value, decay } = parameter;
      const pack = packs.get(parameter);
      kernels.adamW({
        weight,
        gradient,
        ...moments,
        ...(value === weight ? {} : { copy: value }),
        ...(pack === undefined ? {} : { pack }),
        gradientFactor: this.#clipFactor,
        schedule: this.#schedule,
        beta1,
        beta2,
        epsilon,
        weightDecay: decay ? weightDecay : 0,
      });
    }
  }

  /**
   * The moments of a parameter, for code that permutes rows of weights.
   *
   * @param parameter One of the optimized parameters
   * @returns Its moments
   * @throws {TypeError} If the parameter is not optimized here
   */
  moments(parameter: Parameter): Moments {
    const moments = this.#moments.get(parameter);
    if (moments !== undefined) return moments;
    throw new TypeError(`Cannot find moments as this optimizer does not own the parameter: it is ${parameter.name}`);
  }

  /**
   * Everything that a checkpoint keeps besides {@linkcode AdamW.stepCount}, to be read and written through the device.
   *
   * @returns Two tensors a parameter
   */
  stateTensors(): NamedTensor[] {
    return [...this.#moments].flatMap(([{ name }, { mean, variance }]) => [
      { name: `${name}.mean`, tensor: mean },
      { name: `${name}.variance`, tensor: variance },
    ]);
  }

  /** Frees the state. The parameters stay. */
  dispose(): void {
    const moments = [...this.#moments.values()].flatMap(({ mean, variance }) => [mean, variance]);
    for (const tensor of [...moments, this.squaredNorm, this.#clipFactor, this.#schedule]) this.#device.free(tensor);
  }
}
