import { type Arena, type Device, elementCount, type Tensor } from "@beyond24/device";
import { AdamW } from "@beyond24/optimizer";
import { isRouted, learningRateAt, phaseAt, type PhaseName, venomExperts } from "@beyond24/recipe";
import {
  clusterTransformer,
  createTransformer,
  disposeTransformer,
  forwardBackward,
  readTransformerState,
  startSparse,
  statisticsTensors,
  type Transformer,
  transformerParameters,
  updateSparse,
  writeTransformerState,
} from "@beyond24/transformer";
import { evaluateModel } from "./_evaluate_model.ts";
import { scaleOutputs } from "./_scale_outputs.ts";
import { StatisticsRing } from "./_statistics_ring.ts";
import { tensorPieces } from "./_tensor_pieces.ts";
import { toStepMeasurement } from "./_to_step_measurement.ts";
import { writeTensors } from "./_write_tensors.ts";
import type { HostBatch } from "./host_batch.ts";
import type { SessionConfig } from "./session_config.ts";
import type { SavedSession, SessionSnapshot } from "./session_snapshot.ts";
import type { StepMeasurement } from "./step_measurement.ts";
import { writeParameters } from "./write_parameters.ts";

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
  readonly #optimizer: AdamW;
  readonly #ring: StatisticsRing;
  readonly #arena: Arena;
  readonly #tokens: Tensor;
  readonly #targets: Tensor;
  readonly #key: string;
  #step = 0;
  #lastPhase: PhaseName = "dense";

  /**
   * Creates the model with its initial weights.
   *
   * @param device Where to compute
   * @param config Model, recipe, optimizer, batches
   * @param nextBatch Draws the next micro-batch
   * @param key Tells the sessions of one device apart. Default `"session"`
   */
  constructor(device: Device, config: SessionConfig, nextBatch: () => HostBatch, key = "session") {
    const { transformer, optimizer, seed, batchSize, readEvery = 1 } = config;
    this.#device = device;
    this.#config = config;
    this.#nextBatch = nextBatch;
    this.#key = key;
    this.model = createTransformer(device, transformer, seed);
    this.#optimizer = new AdamW(device, transformerParameters(this.model), optimizer);
    const measured = [...statisticsTensors(this.model), this.#optimizer.squaredNorm];
    this.#ring = new StatisticsRing(device, measured, readEvery);
    this.#arena = device.arena();
    this.#tokens = device.tensor([batchSize, transformer.shape.sequenceLength], "i32");
    this.#targets = device.tensor([batchSize, transformer.shape.sequenceLength], "i32");
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /** How the last step was computed, and so how the model is to be used; dense before the first step. */
  get phase(): PhaseName {
    return this.#lastPhase;
  }

  /**
   * Runs steps until `readEvery` are done, the phase ends, or `end` is reached, and reads what they measured.
   *
   * @param end Steps to be done at most
   * @returns The steps, at least one
   */
  async runSteps(end: number): Promise<StepMeasurement[]> {
    const { recipe, readEvery = 1, microBatches = 1 } = this.#config;
    const first = this.#step;
    const phase = phaseAt(recipe, first);
    await this.#enterPhase(phase);
    const started = performance.now();
    do this.#runStep(phase); while (
      this.#step < Math.min(end, first + readEvery) && phaseAt(recipe, this.#step) === phase
    );
    const rows = await this.#ring.read(this.#step - first);
    const milliseconds = (performance.now() - started) / rows.length;
    const shared = { phase, milliseconds, tokens: elementCount(this.#targets.shape), microBatches };
    return rows.map((row, index) => {
      const step = first + index;
      return toStepMeasurement(this.model, row, { ...shared, step: step + 1, learningRate: this.#learningRate(step) });
    });
  }

  /**
   * Loss over held-out batches, computed as the last step was. The weights stay as they are.
   *
   * @param batches Batches of the training shape
   * @returns Mean loss in nats per token
   */
  async evaluate(batches: Iterable<HostBatch>): Promise<number> {
    const mode = this.#lastPhase;
    this.prepareUse();
    // The arena of the steps: a validation needs no memory of its own.
    const memory = { arena: this.#arena, tokens: this.#tokens, targets: this.#targets };
    return await evaluateModel(this.model, batches, { mode, ...memory });
  }

  /** Makes the model ready to be used outside of steps as the last step used it: a restored one has no packed weights yet. */
  prepareUse(): void {
    if (this.#lastPhase === "sparse" && !this.model.state.sparseReady) startSparse(this.model);
  }

  /** What a checkpoint needs. Tensors are copied from the device while they are read. */
  snapshot(): SessionSnapshot {
    const weights = transformerParameters(this.model).map(({ name, weight }) => ({ name, tensor: weight }));
    return {
      step: this.#step,
      transformer: readTransformerState(this.model),
      model: tensorPieces(this.#device, weights),
      optimizer: tensorPieces(this.#device, this.#optimizer.stateTensors()),
    };
  }

  /**
   * Goes back to a snapshot.
   *
   * @param saved Taken from a session of the same configuration; the place of the batches is the caller's to restore
   * @throws {TypeError} If names or shapes do not fit
   */
  async restore({ step, transformer, model, optimizer }: SavedSession): Promise<void> {
    await writeParameters(this.#device, transformerParameters(this.model), model);
    await writeTensors(this.#device, this.#optimizer.stateTensors(), optimizer);
    writeTransformerState(this.model, transformer);
    this.#optimizer.stepCount = step;
    this.#step = step;
    // The next sparse step packs its weights afresh; until then the model is as after a dense step.
    this.#lastPhase = step === 0 ? "dense" : phaseAt(this.#config.recipe, step - 1);
  }

  /** Frees everything on the device. */
  dispose(): void {
    this.#optimizer.dispose();
    this.#ring.dispose();
    this.#arena.dispose();
    this.#device.free(this.#tokens);
    this.#device.free(this.#targets);
    disposeTransformer(this.model);
  }

  #learningRate(step: number): number {
    return learningRateAt(this.#config.schedule, step);
  }

  /**
   * At the start of sparse steps: clusters when it is time to, else packs the weights once. At the start of dense steps after
   * sparse ones: scales.
   */
  async #enterPhase(phase: PhaseName): Promise<void> {
    const { state } = this.model;
    const isEntering = phase !== this.#lastPhase || !state.sparseReady;
    const isLeaving = phase === "dense" && this.#lastPhase === "sparse";
    this.#lastPhase = phase;
    if (isLeaving) await this.#leaveSparse();
    if (phase === "dense") return;
    if (this.#mustCluster()) await this.#cluster();
    else if (isEntering) startSparse(this.model);
  }

  async #leaveSparse(): Promise<void> {
    const { transformer: { sparsity }, switchScale = "none" } = this.#config;
    if (switchScale === "none" || sparsity === undefined || !isRouted(sparsity.plan)) return;
    const { expertsPerToken = 1, venom } = sparsity;
    await scaleOutputs(this.model, expertsPerToken / venomExperts(venom));
  }

  async #cluster(): Promise<void> {
    const { seed, clustering: { iterations } = {} } = this.#config;
    await clusterTransformer(this.model, {
      seed,
      ...(iterations === undefined ? {} : { iterations }),
      companions: (parameter) => Object.values(this.#optimizer.moments(parameter)),
    });
  }

  #mustCluster(): boolean {
    const { recipe, transformer: { sparsity }, clustering: { every = 0 } = {} } = this.#config;
    if (sparsity === undefined || !isRouted(sparsity.plan)) return false;
    if (!this.model.state.clustered) return true;
    if (every === 0) return false;
    let sparseSteps = 0;
    for (let step = 0; step < this.#step; step++) if (phaseAt(recipe, step) === "sparse") sparseSteps++;
    return sparseSteps > 0 && sparseSteps % every === 0;
  }

  #runStep(mode: PhaseName): void {
    const { microBatches = 1 } = this.#config;
    for (let microBatch = 0; microBatch < microBatches; microBatch++) {
      const { inputs, targets } = this.#nextBatch();
      this.#device.write(this.#tokens, inputs);
      this.#device.write(this.#targets, targets);
      this.#device.replay(`${this.#key}/${mode}/${microBatch}`, () => {
        const batch = { tokens: this.#tokens, targets: this.#targets };
        forwardBackward(this.model, batch, { mode, arena: this.#arena, packed: true, microBatch, microBatches });
        this.#arena.reset();
      });
    }
    this.#optimizer.prepare(this.#learningRate(this.#step));
    this.#device.replay(`${this.#key}/${mode}/update`, () => {
      if (mode === "sparse") updateSparse(this.model, this.#optimizer);
      else this.#optimizer.step();
      this.#ring.record();
    });
    this.#ring.advance();
    this.#device.submit();
    this.#step++;
  }
}
