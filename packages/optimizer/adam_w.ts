import { type Parameter, type ParameterShare, soleShare } from "@beyond24/autograd";
import {
  type AdamWPack,
  allParts,
  type Collectives,
  type Device,
  ownPart,
  partRange,
  type Rank,
  soloCollectives,
  type Tensor,
  writePart,
} from "@beyond24/device";

import { type AdamWOptions, completeOptions } from "./adam_w_options.ts";

/** A tensor of the optimizer's state with its name in checkpoints. */
export interface NamedTensor {
  /** `<parameter>.mean` or `<parameter>.variance`. */
  readonly name: string;
  /** That of the parameter. */
  readonly shape: readonly number[];
  /** f32, persistent: all elements, or where the parameter is sharded those of the part of this rank. */
  readonly tensor: Tensor;
}

/** Where saved moments come from. */
export interface MomentSource {
  /** The values of a tensor of this shape, valid until the next one is read. */
  read(name: string, shape: readonly number[]): Promise<Float32Array>;
}

/** First and second moment of a parameter, each of the shape of its master weights. */
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

/** How all parameters are shared. */
function shareOf(parameters: readonly Parameter[], { rank, size }: Rank): ParameterShare {
  const [{ share } = { share: { ...soleShare, rank, size } }] = parameters;
  const other = parameters.find(({ share: { isSharded, ...place } }) =>
    isSharded !== share.isSharded || place.rank !== rank || place.size !== size
  );
  if (other === undefined) return share;
  const found = `${other.name} of rank ${other.share.rank} of ${other.share.size}`;
  throw new TypeError(`Cannot create AdamW of rank ${rank} of ${size} as all parameters must be its: one is ${found}`);
}

/**
 * AdamW with decoupled decay (Loshchilov and Hutter 2019) and clipping by the global norm, all on the device. With
 * several ranks the sum of the gradients of all ranks moves the weights: every rank moves all of them, or, where the
 * parameters are sharded, its part, and is given what the products read of the others (ZeRO, Rajbhandari et al. 2020,
 * stage 1). Both give the same bits where sums of two tensors do not depend on how they travel.
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
  readonly #share: ParameterShare;
  /** Those whose gradients are brought together while others are computed. */
  readonly #summedEarly: Set<Parameter> = new Set();
  #stepCount = 0;

  /**
   * Allocates the moments, all zero.
   *
   * @param device Where the parameters live
   * @param parameters What is optimized
   * @param options Settings
   * @param place What a device may record, and the other ranks
   * @throws {RangeError} If a setting is out of bounds
   * @throws {TypeError} If the parameters are shared by other ranks than those
   */
  constructor(
    device: Device,
    parameters: readonly Parameter[],
    options: AdamWOptions = {},
    { key, collectives = soloCollectives }: AdamWPlace = {},
  ) {
    this.options = completeOptions(options);
    this.#device = device;
    this.#parameters = parameters;
    this.#key = key;
    this.#collectives = collectives;
    this.#share = shareOf(parameters, collectives);
    for (const parameter of parameters) {
      const { shape } = parameter.weight;
      this.#moments.set(parameter, { mean: device.tensor(shape, "f32"), variance: device.tensor(shape, "f32") });
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
   * Begins to bring together the gradients of all ranks, beside the kernels that compute others. Call it in the
   * backward pass with each parameter once, as soon as its gradient is complete (`onGradients` of `forwardBackward`),
   * in every step or in none, and {@linkcode AdamW.joinGradients} at the end of the same replayed unit. What it is not
   * called with, {@linkcode AdamW.step} brings together, and so it does with all where the ranks have no queue.
   *
   * @param parameters Some of the optimized parameters
   */
  sumGradients(parameters: readonly Parameter[]): void {
    const { queue, size } = this.#collectives;
    if (size === 1 || queue === undefined) return;
    const gradients = parameters.map(({ gradient }) => allParts(gradient, size));
    if (this.#share.isSharded) queue.reduceScatter(gradients);
    else queue.allReduce(gradients);
    for (const parameter of parameters) this.#summedEarly.add(parameter);
  }

  /** Lets what comes next wait for all of {@linkcode AdamW.sumGradients}. */
  joinGradients(): void {
    this.#collectives.queue?.join();
  }

  /**
   * One step, from the host: brings the gradients of all ranks together, clips them, moves the weights. Call it outside
   * of `Device.replay`: it writes to the device, and counts what the weights have become.
   *
   * @param learningRate Learning rate of the step
   * @param packs Where updated weights are packed 2:4 for the next step, by parameter; in the same pass on a device
   * that can. What was packed has the version of its parameter afterwards. Of sharded parameters nothing is packed, as
   * no rank has all of the new weights before they were sent
   */
  async step(learningRate: number, packs: ReadonlyMap<Parameter, UpdatePack> = new Map()): Promise<void> {
    this.#stepCount += 1;
    const { beta1, beta2 } = this.options;
    const correction = (beta: number) => 1 / (1 - beta ** this.#stepCount);
    this.#device.write(this.#schedule, new Float32Array([learningRate, correction(beta1), correction(beta2)]));
    const packed: typeof packs = this.#share.isSharded ? new Map() : packs;
    const update = `update, packing ${packed.size}`;
    if (this.#collectives.size === 1) {
      this.#replay(update, () => {
        this.#measure();
        this.#update(packed);
      });
    } else {
      await this.#sumGradients();
      this.#replay("norm", () => this.#measure());
      await this.#collectives.allReduce([this.squaredNorm]);
      this.#replay(update, () => this.#update(packed));
      await this.#gatherValues();
    }
    for (const parameter of this.#parameters) parameter.version++;
    for (const [parameter, pack] of packed) pack.version = parameter.version;
  }

  #replay(name: string, record: () => void): void {
    if (this.#key === undefined) record();
    else this.#device.replay(`${this.#key}/${name}`, record);
  }

  /** Each rank's part, or all of them on all ranks. */
  async #sumGradients(): Promise<void> {
    const { isSharded, size } = this.#share;
    const others = this.#parameters.filter((parameter) => !this.#summedEarly.has(parameter));
    const gradients = others.map(({ gradient }) => allParts(gradient, size));
    await (isSharded ? this.#collectives.reduceScatter(gradients) : this.#collectives.allReduce(gradients));
  }

  /** What the products read of the parts of the other ranks. */
  async #gatherValues(): Promise<void> {
    const { isSharded, size } = this.#share;
    if (isSharded) await this.#collectives.allGather(this.#parameters.map(({ value }) => allParts(value, size)));
  }

  /** The squared norm of the part of this rank, sharded or not: so both have the same bits, and less is read. */
  #measure(): void {
    const tensors = this.#parameters.map(({ gradient }) => ownPart(gradient, this.#share));
    this.#device.kernels.squaredNorm({ tensors, out: this.squaredNorm });
  }

  /** Clips, and moves the weights of this rank. */
  #update(packs: ReadonlyMap<Parameter, UpdatePack>): void {
    const { kernels } = this.#device;
    const { beta1, beta2, epsilon, weightDecay, maxGradientNorm } = this.options;
    const own = (tensor: Tensor) => this.#share.isSharded ? ownPart(tensor, this.#share) : tensor;
    kernels.clipFactor({ squaredNorm: this.squaredNorm, maxNorm: maxGradientNorm, out: this.#clipFactor });
    for (const [parameter, moments] of this.#moments) {
      const { weight, gradient, value, decay } = parameter;
      const pack = packs.get(parameter);
      kernels.adamW({
        weight,
        gradient: own(gradient),
        ...moments,
        ...(value.storage === weight.storage ? {} : { copy: own(value) }),
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
    return [...this.#moments].flatMap(([{ name, shape }, { mean, variance }]) => [
      { name: `${name}.mean`, shape, tensor: mean },
      { name: `${name}.variance`, shape, tensor: variance },
    ]);
  }

  /**
   * Writes saved moments, each rank those that it keeps.
   *
   * @param saved Whole tensors by the names of {@linkcode AdamW.stateTensors}
   */
  async restore(saved: MomentSource): Promise<void> {
    const whole = { rank: 0, size: 1 };
    for (const { name, shape, tensor } of this.stateTensors()) {
      const { start, end } = partRange(shape, this.#share.isSharded ? this.#share : whole);
      writePart(this.#device, tensor, (await saved.read(name, shape)).subarray(start, end));
    }
  }

  /** Frees the state. The parameters stay. */
  dispose(): void {
    const moments = [...this.#moments.values()].flatMap(({ mean, variance }) => [mean, variance]);
    for (const tensor of [...moments, this.squaredNorm, this.#clipFactor, this.#schedule]) this.#device.free(tensor);
  }
}
