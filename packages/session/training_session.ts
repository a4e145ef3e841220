import type { Parameter } from "@beyond24/autograd";
import { type Arena, type Collectives, type Device, elementCount, soloCollectives } from "@beyond24/device";
import { AdamW } from "@beyond24/optimizer";
import {
  type Boundary,
  boundaryAt,
  type Cadence,
  learningRateAt,
  nextBoundary,
  phaseAfter,
  phaseAt,
  type PhaseName,
} from "@beyond24/recipe";
import {
  allocateTransformer,
  countTargets,
  createTokenBatch,
  createTransformer,
  disposeTransformer,
  forwardBackward,
  freeTokenBatch,
  type HostBatch,
  packTransformer,
  setStep,
  statisticsTensors,
  type TokenBatch,
  type Transformer,
  transformerPacks,
  transformerParameters,
  writeTokenBatch,
} from "@beyond24/transformer";
import { clusterModel } from "./_cluster_model.ts";
import { evaluateModel } from "./_evaluate_model.ts";
import { inspectModel } from "./_inspect_model.ts";
import { joinMeasurement } from "./_join_measurement.ts";
import { type SpeedMeter, speedMeter, type StepSpeed } from "./_speed_meter.ts";
import { scaleOutputs } from "./_scale_outputs.ts";
import { StatisticsRing } from "./_statistics_ring.ts";
import { takeSharedSnapshot, takeSnapshot } from "./_take_snapshot.ts";
import { joinRows, type SessionRanks } from "./session_ranks.ts";
import { beginModel, restoreModel } from "./restore_model.ts";
import type { SessionConfig } from "./session_config.ts";
import type { SavedSession, SessionSnapshot, SharedSnapshot } from "./session_snapshot.ts";
import type { TensorSource } from "./tensor_source.ts";
import type { ModelHealth, StepMeasurement } from "./step_measurement.ts";

/**
 * One model in training on one device: steps, validation, snapshots.
 *
 * @example Three steps: dense, clustering, sparse, dense
 * ```ts
 * import { TrainingSession } from "@beyond24/session";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets, sparsityPlans } from "@beyond24/recipe";
 * import { assertEquals } from "@std/assert";
 *
 * const shape = { ...modelPresets.tiny, layers: 1, sequenceLength: 8 };
 * const sparsity = { plan: sparsityPlans.paper, venom: { v: 4, n: 2, m: 16 } } as const;
 * const session = new TrainingSession(
 *   createReferenceDevice(),
 *   {
 *     transformer: { shape, sparsity },
 *     recipe: [{ phase: "dense", steps: 1 }, { phase: "sparse", steps: 1 }, { phase: "dense", steps: 1 }],
 *     schedule: { peak: 1e-3, finalRatio: 0.1, warmupSteps: 1, totalSteps: 3 },
 *     seed: 1,
 *     batchSize: 1,
 *   },
 *   () => ({ inputs: new Int32Array(8), targets: new Int32Array(8) }),
 * );
 * const phases = [];
 * while (session.step < 3) phases.push(...(await session.runSteps(3)).map(({ phase }) => phase));
 * assertEquals(phases, ["dense", "sparse", "dense"]);
 * session.dispose();
 * ```
 */
export class TrainingSession {
  /** The model. */
  readonly model: Transformer;
  readonly #config: SessionConfig;
  readonly #device: Device;
  readonly #nextBatch: () => HostBatch;
  readonly #place: Pick<SessionRanks, "upcoming" | "cluster">;
  readonly #optimizer: AdamW;
  readonly #ring: StatisticsRing;
  readonly #arena: Arena;
  readonly #batch: TokenBatch;
  readonly #cadence: Cadence;
  readonly #key: string;
  readonly #collectives: Collectives;
  /** The ranks, where each has a part of masters and moments. */
  readonly #sharers: Collectives | undefined;
  readonly #speedOf: SpeedMeter;
  #step = 0;

  /**
   * Creates the model, with its initial weights unless these are to come later.
   *
   * @param device Where to compute
   * @param config Model, recipe, optimizer, batches
   * @param nextBatch Draws the next micro-batch of this rank
   * @param place What tells the sessions of one device apart, the other ranks, the text ahead
   */
  constructor(device: Device, config: SessionConfig, nextBatch: () => HostBatch, place: SessionRanks = {}) {
    const { transformer, optimizer, recipe, clustering, seed, batchSize, readEvery = 1 } = config;
    const { key = "session", collectives = soloCollectives, shard = "optimizer", weights = "drawn" } = place;
    this.#device = device;
    this.#config = config;
    this.#nextBatch = nextBatch;
    this.#place = place;
    this.#cadence = { recipe, readEvery, clusterEvery: clustering?.every ?? 0 };
    this.#key = key;
    this.#collectives = collectives;
    this.#speedOf = speedMeter(device, config, collectives);
    const { rank, size } = collectives;
    this.#sharers = size > 1 && shard === "optimizer" ? collectives : undefined;
    const create = weights === "drawn" ? createTransformer : allocateTransformer;
    this.model = create(device, transformer, seed, { rank, size, isSharded: this.#sharers !== undefined });
    this.#optimizer = new AdamW(device, transformerParameters(this.model), optimizer, { key, collectives });
    const measured = [...statisticsTensors(this.model), this.#optimizer.squaredNorm];
    this.#ring = new StatisticsRing(device, measured, readEvery);
    this.#arena = device.arena();
    this.#batch = createTokenBatch(device, batchSize, transformer.shape.sequenceLength);
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /** How the last step was computed, and so how the model is to be used; dense before the first step. */
  get phase(): PhaseName {
    return phaseAfter(this.#config.recipe, this.#step);
  }

  /**
   * Runs steps up to the next boundary of the run (a switch of phases, a clustering, a multiple of `readEvery`), at
   * most to `end`, and reads what they measured.
   *
   * @param end Steps to be done at most
   * @returns The steps, at least one
   */
  async runSteps(end: number): Promise<StepMeasurement[]> {
    const first = this.#step;
    const boundary = boundaryAt(this.#cadence, first);
    const mode = phaseAt(this.#config.recipe, first);
    const last = Math.max(first + 1, Math.min(end, nextBoundary(this.#cadence, first).step));
    const seen = boundary.clusters ? this.#drawBatches() : undefined; // by the clustering, before the step
    await this.#begin(boundary, seen?.[0]);
    this.#collectives.takeWaited?.(); // for what is not of these steps
    const started = performance.now();
    await this.#runStep(mode, seen);
    while (this.#step < last) await this.#runStep(mode);
    const rows = await joinRows(this.model, this.#collectives, await this.#ring.read(last - first));
    const waited = this.#collectives.takeWaited?.();
    const speed = this.#speedOf(mode, { steps: rows.length, spent: performance.now() - started, waited });
    return rows.map((row, index) => this.#measurement(row, first + index, mode, speed));
  }

  /**
   * Loss over held-out batches, computed as the last step was. The weights stay as they are.
   *
   * @param batches Batches of the training shape
   * @returns Mean loss in nats per token
   */
  async evaluate(batches: Iterable<HostBatch>): Promise<number> {
    // The arena of the steps: a validation needs no memory of its own.
    return await evaluateModel(this.model, batches, { mode: this.phase, arena: this.#arena, batch: this.#batch });
  }

  /**
   * Looks at what the last update left behind, which no step has measured yet: before it is saved or reported. The
   * gradients are overwritten.
   *
   * @returns What the batch that was computed last gives under the new weights, and how large these are
   */
  async inspect(): Promise<ModelHealth> {
    const pass = { mode: this.phase, arena: this.#arena };
    return await inspectModel(this.model, this.#batch, { ...pass, sharers: this.#sharers });
  }

  /**
   * What a checkpoint needs. Tensors are copied from the device while they are read.
   *
   * @throws {TypeError} If this rank has only a part of it
   */
  snapshot(): SessionSnapshot {
    if (this.#sharers !== undefined) throw new TypeError("Cannot take a whole snapshot as the ranks share the tensors");
    return takeSnapshot(this.#step, this.model, this.#optimizer);
  }

  /** What this rank has of a checkpoint; undefined where it has all of it. */
  sharedSnapshot(): SharedSnapshot | undefined {
    return this.#sharers && takeSharedSnapshot(this.#step, this.model, this.#optimizer, this.#sharers);
  }

  /**
   * Begins with weights of another run instead of those that are drawn. Call it before the first step.
   *
   * @param weights The weights; moments begin at zero
   * @throws {TypeError} If a weight is missing or of another type or shape
   */
  async beginWith(weights: TensorSource): Promise<void> {
    await beginModel(this.model, weights);
  }

  /**
   * Goes back to a snapshot.
   *
   * @param saved Taken from a session of the same configuration; the place of the batches is the caller's to restore
   * @throws {TypeError} If names or shapes do not fit
   */
  async restore({ step, optimizer, ...saved }: SavedSession): Promise<void> {
    await restoreModel(this.model, saved);
    await this.#optimizer.restore(optimizer);
    this.#optimizer.stepCount = step;
    this.#step = step;
  }

  /** Frees everything on the device. */
  dispose(): void {
    this.#optimizer.dispose();
    this.#ring.dispose();
    this.#arena.dispose();
    freeTokenBatch(this.#device, this.#batch);
    disposeTransformer(this.model);
    this.#device.forget(this.#key);
  }

  /** The micro-batches of the next step. */
  #drawBatches(): readonly HostBatch[] {
    const { microBatches = 1 } = this.#config;
    return Array.from({ length: microBatches }, () => this.#nextBatch());
  }

  /** One step, from top to bottom. */
  async #runStep(mode: PhaseName, hosts: readonly HostBatch[] = this.#drawBatches()): Promise<void> {
    const { schedule, microBatches = 1 } = this.#config;
    const targets = hosts.reduce((count, host) => count + countTargets(this.model, host), 0);
    const [counted = targets] = await this.#collectives.sum([targets]); // so that gradients and losses of all ranks add up
    if (mode === "sparse") setStep(this.model, this.#step);
    for (const [microBatch, host] of hosts.entries()) {
      writeTokenBatch(this.model, this.#batch, host, counted / microBatches);
      this.#device.replay(`${this.#key}/${mode}/${microBatch}`, () => this.#runPass(mode, microBatch));
    }
    const packs = mode === "sparse" ? transformerPacks(this.model) : undefined;
    await this.#optimizer.step(learningRateAt(schedule, this.#step), packs);
    if (mode === "sparse") packTransformer(this.model); // what the optimizer left over
    this.#device.replay(`${this.#key}/record`, () => this.#ring.record());
    this.#ring.advance();
    this.#device.submit();
    this.#step++;
  }

  /** Loss and gradients of a micro-batch. Those of the last one are sent beside the pass, each when it is complete. */
  #runPass(mode: PhaseName, microBatch: number): void {
    const { microBatches = 1 } = this.#config;
    const { rank, size } = this.#collectives;
    const isLast = microBatch === microBatches - 1;
    const onGradients = (complete: readonly Parameter[]) => this.#optimizer.sumGradients(complete);
    forwardBackward(this.model, this.#batch, {
      mode,
      arena: this.#arena,
      microBatch,
      microBatches,
      draw: microBatch * size + rank, // as one process with the micro-batches of all of them
      ...(isLast ? { onGradients } : {}),
    });
    this.#arena.reset();
    if (isLast) this.#optimizer.joinGradients();
  }

  /** What the next step begins with, as the step number says. */
  async #begin({ phase, switches }: Boundary, seen: HostBatch | undefined): Promise<void> {
    const { switchScale } = this.#config;
    if (phase === "dense" && switches && switchScale === "experts") await scaleOutputs(this.model, this.#collectives);
    const parts = { config: this.#config, optimizer: this.#optimizer, arena: this.#arena, batch: this.#batch };
    const place = { ...this.#place, collectives: this.#collectives };
    if (seen !== undefined) await clusterModel(this.model, seen, { ...parts, ...place });
    if (phase === "sparse") packTransformer(this.model); // outside of what is replayed
  }

  #measurement(row: Float32Array, step: number, phase: PhaseName, speed: StepSpeed): StepMeasurement {
    const tokens = elementCount(this.#batch.targets.shape) * this.#collectives.size;
    const known = { step: step + 1, phase, lr: learningRateAt(this.#config.schedule, step) };
    return joinMeasurement(this.model, row, tokens, { known, speed });
  }
}
