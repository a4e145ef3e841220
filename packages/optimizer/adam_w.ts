import type { Parameter, ParameterShare } from "@beyond24/autograd";
import {
  type AdamWPack,
  type CollectiveQueue,
  type Collectives,
  type Device,
  elementCount,
  ownPart,
  partRange,
  soloCollectives,
  type Tensor,
  writePart,
} from "@beyond24/device";
import { bytesOf, gradientsOf, shareOf, valuesOf } from "./_shared_parameters.ts";
import { type AdamWOptions, completeOptions } from "./adam_w_options.ts";
import type { Moments, MomentSource, NamedTensor } from "./adam_w_state.ts";

/** Bytes of weights that are sent in one call, as small ones cost more than they carry. */
const SENT_TOGETHER = 2 ** 25;

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
    this.#enqueueSums(parameters, queue);
    for (const parameter of parameters) this.#summedEarly.add(parameter);
  }

  #enqueueSums(parameters: readonly Parameter[], queue: CollectiveQueue): void {
    const gradients = gradientsOf(parameters);
    if (this.#share.isSharded) queue.reduceScatter(gradients);
    else queue.allReduce(gradients);
  }

  /** Lets what comes next wait for all of {@linkcode AdamW.sumGradients}. */
  joinGradients(): void {
    this.#collectives.queue?.join();
  }

  /**
   * One step, from the host: brings the gradients of all ranks together, unless {@linkcode AdamW.sumGradients} did,
   * clips them, moves the weights. Call it outside of `Device.replay`: it writes to the device, and counts what the
   * weights have become.
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
    const { size, queue } = this.#collectives;
    if (size > 1 && queue === undefined) await this.#updateInOrder(packed);
    else this.#updateBeside(packed, size > 1 ? queue : undefined);
    for (const parameter of this.#parameters) parameter.version++;
    for (const [parameter, pack] of packed) pack.version = parameter.version;
  }

  #replay(name: string, record: () => void): void {
    if (this.#key === undefined) record();
    else this.#device.replay(`${this.#key}/${name}`, record);
  }

  /** One thing after the other: sums of gradients, their norm, the weights, what the other ranks read of these. */
  async #updateInOrder(packed: ReadonlyMap<Parameter, UpdatePack>): Promise<void> {
    const { isSharded } = this.#share;
    const gradients = gradientsOf(this.#parameters);
    await (isSharded ? this.#collectives.reduceScatter(gradients) : this.#collectives.allReduce(gradients));
    this.#replay("norm", () => this.#measure());
    await this.#collectives.allReduce([this.squaredNorm]);
    this.#replay(`update, packing ${packed.size}`, () => this.#update(packed));
    if (isSharded) await this.#collectives.allGather(valuesOf(this.#parameters));
  }

  /** Without waiting for the host; weights are sent beside the update of others. */
  #updateBeside(packed: ReadonlyMap<Parameter, UpdatePack>, queue: CollectiveQueue | undefined): void {
    const others = this.#parameters.filter((parameter) => !this.#summedEarly.has(parameter));
    if (queue !== undefined && others.length > 0) {
      this.#enqueueSums(others, queue);
      queue.join();
    }
    this.#replay(`update, packing ${packed.size}`, () => {
      this.#measure();
      queue?.allReduce([this.squaredNorm]);
      queue?.join();
      this.#update(packed, queue);
      queue?.join();
    });
  }

  /** The squared norm of the part of this rank, sharded or not: so both have the same bits, and less is read. */
  #measure(): void {
    const tensors = this.#parameters.map(({ gradient }) => ownPart(gradient, this.#share));
    this.#device.kernels.squaredNorm({ tensors, out: this.squaredNorm });
  }

  /** Clips, and moves the weights of this rank; a queue sends those that have been moved beside the others. */
  #update(packs: ReadonlyMap<Parameter, UpdatePack>, queue?: CollectiveQueue): void {
    const { kernels } = this.#device;
    const { beta1, beta2, epsilon, weightDecay, maxGradientNorm } = this.options;
    const { isSharded } = this.#share;
    const own = (tensor: Tensor) => isSharded ? ownPart(tensor, this.#share) : tensor;
    const sender = isSharded ? queue : undefined;
    const moved: Tensor[] = [];
    kernels.clipFactor({ squaredNorm: this.squaredNorm, maxNorm: maxGradientNorm, out: this.#clipFactor });
    for (const [parameter, moments] of this.#largestFirst()) {
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
      if (sender === undefined) continue;
      moved.push(...valuesOf([parameter]));
      if (bytesOf(moved) >= SENT_TOGETHER) sender.allGather(moved.splice(0));
    }
    if (moved.length > 0) sender?.allGather(moved);
  }

  /** What is sent last is sent beside nothing, so it should be little. */
  #largestFirst(): [Parameter, Moments][] {
    return [...this.#moments].toSorted(([a], [b]) => elementCount(b.shape) - elementCount(a.shape));
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
    if (this.#key !== undefined) this.#device.forget(this.#key);
  }
}
