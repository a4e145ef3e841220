import type { Batch, LoaderState, SequenceLoader } from "@beyond24/data";
import type { Arena, Device, Tensor } from "@beyond24/device";
import { AdamW } from "@beyond24/optimizer";
import { isRouted, learningRateAt, phaseAt, type PhaseName, sparsityPlans } from "@beyond24/recipe";
import {
  clusterTransformer,
  createTransformer,
  disposeTransformer,
  forwardBackward,
  readTransformerState,
  startSparse,
  statisticsTensors,
  type Transformer,
  type TransformerCheckpointState,
  transformerParameters,
  writeTransformerState,
} from "@beyond24/transformer";
import type { RunConfig } from "../config/run_config.ts";
import { transformerConfig } from "../config/transformer_config.ts";
import { evaluateModel } from "./_evaluate_model.ts";
import { readTensors, writeParameters, writeTensors } from "./_tensor_file.ts";
import { toStepMetrics } from "./_to_step_metrics.ts";
import { StatisticsRing } from "./statistics_ring.ts";
import type { StepMetrics } from "./step_metrics.ts";

/** The part of a checkpoint that is neither weights nor moments. */
export interface SessionState {
  /** Place of the data loader. */
  readonly loader: LoaderState;
  /** State of the model besides its weights. */
  readonly transformer: TransformerCheckpointState;
}

/** A {@linkcode TrainingSession} at rest: enough to go on from it to the same bits. */
export interface SessionSnapshot {
  /** Steps done. */
  readonly step: number;
  /** Weights: a safetensors file. */
  readonly model: Uint8Array;
  /** Moments: a safetensors file. */
  readonly optimizer: Uint8Array;
  /** Everything else. */
  readonly state: SessionState;
}

/** One model in training on one device: steps, validation, snapshots. It knows no files and no console. */
export class TrainingSession {
  /** The model. */
  readonly model: Transformer;
  readonly #config: RunConfig;
  readonly #device: Device;
  readonly #loader: SequenceLoader;
  readonly #optimizer: AdamW;
  readonly #ring: StatisticsRing;
  readonly #arena: Arena;
  readonly #tokens: Tensor;
  readonly #targets: Tensor;
  readonly #key: string;
  #step = 0;
  #lastPhase: PhaseName = "dense";
  /** Whether weights were packed outside of a step, so that the next step's count of flips says nothing. */
  #hasPackedAside = false;

  /**
   * Creates the model with its initial weights.
   *
   * @param device Where to compute
   * @param config The configuration
   * @param loader Where batches come from
   * @param key Tells the sessions of one device apart
   */
  constructor(device: Device, config: RunConfig, loader: SequenceLoader, key: string) {
    const { train, model, optimizer } = config;
    this.#device = device;
    this.#config = config;
    this.#loader = loader;
    this.#key = key;
    this.model = createTransformer(device, transformerConfig(config), train.seed);
    this.#optimizer = new AdamW(device, transformerParameters(this.model), optimizer);
    const measured = [...statisticsTensors(this.model), this.#optimizer.squaredNorm];
    this.#ring = new StatisticsRing(device, measured, train.readEvery);
    this.#arena = device.arena();
    this.#tokens = device.tensor([train.batchSize, model.sequenceLength], "i32");
    this.#targets = device.tensor([train.batchSize, model.sequenceLength], "i32");
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /** How the FFN of the last step was computed. */
  get lastPhase(): PhaseName {
    return this.#lastPhase;
  }

  /**
   * Runs steps until `readEvery` are done, the phase ends, or `end` is reached, and reads what they measured.
   *
   * @param end Steps to be done at most
   * @returns The steps, at least one
   * @throws {NonFiniteError} If loss or gradient of one of them is not finite
   */
  async runSteps(end: number): Promise<StepMetrics[]> {
    const { recipe, train, model } = this.#config;
    const first = this.#step;
    const phase = phaseAt(recipe, first);
    await this.#enterPhase(phase);
    const started = performance.now();
    do this.#runStep(phase); while (
      this.#step < Math.min(end, first + train.readEvery) && phaseAt(recipe, this.#step) === phase
    );
    const rows = await this.#ring.read(this.#step - first);
    const milliseconds = (performance.now() - started) / rows.length;
    const microBatchTokens = train.batchSize * model.sequenceLength;
    const shared = { phase, milliseconds, microBatchTokens, microBatches: train.microBatches };
    const flipsFrom = this.#hasPackedAside ? first + 1 : first;
    this.#hasPackedAside = false;
    return rows.map((row, index) => {
      const step = first + index;
      const learningRate = this.#learningRate(step);
      return toStepMetrics(this.model, row, { ...shared, step: step + 1, learningRate, hasFlips: step >= flipsFrom });
    });
  }

  /**
   * Loss over held-out batches, computed as the last step was. The weights stay as they are.
   *
   * @param batches Batches of the training shape
   * @returns Mean loss in nats per token
   */
  async evaluate(batches: Iterable<Batch>): Promise<number> {
    if (this.#lastPhase === "sparse" && !this.model.state.sparseReady) startSparse(this.model);
    this.#hasPackedAside ||= this.#lastPhase === "sparse";
    return await evaluateModel(this.model, batches, { phase: this.#lastPhase, config: this.#config });
  }

  /** Waits for the device and copies everything that a checkpoint needs. */
  async snapshot(): Promise<SessionSnapshot> {
    const weights = transformerParameters(this.model).map(({ name, weight }) => ({ name, tensor: weight }));
    return {
      step: this.#step,
      model: await readTensors(this.#device, weights),
      optimizer: await readTensors(this.#device, this.#optimizer.stateTensors()),
      state: { loader: this.#loader.state, transformer: readTransformerState(this.model) },
    };
  }

  /**
   * Goes back to a snapshot.
   *
   * @param snapshot Taken from a session of the same configuration
   * @throws {TypeError} If names or shapes do not fit
   */
  restore(snapshot: SessionSnapshot): void {
    const { step, model, optimizer, state } = snapshot;
    writeParameters(this.#device, transformerParameters(this.model), model);
    writeTensors(this.#device, this.#optimizer.stateTensors(), optimizer);
    writeTransformerState(this.model, state.transformer);
    this.#loader.restore(state.loader);
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
    const { optimizer: { learningRate: peak, finalRatio, warmupSteps }, train: { steps: totalSteps } } = this.#config;
    return learningRateAt({ peak, finalRatio, warmupSteps, totalSteps }, step);
  }

  /** At the start of sparse steps: clusters when it is time to, else packs the weights once. */
  async #enterPhase(phase: PhaseName): Promise<void> {
    const { state } = this.model;
    const isEntering = phase !== this.#lastPhase || !state.sparseReady;
    this.#lastPhase = phase;
    if (phase === "dense") return;
    if (this.#mustCluster()) {
      const { train: { seed }, sparsity: { clusterIterations: iterations } } = this.#config;
      await clusterTransformer(this.model, {
        seed,
        iterations,
        companions: (parameter) => Object.values(this.#optimizer.moments(parameter)),
      });
    } else if (isEntering) startSparse(this.model);
    else return;
    this.#hasPackedAside = true;
  }

  #mustCluster(): boolean {
    const { recipe, sparsity: { plan, reclusterEvery } } = this.#config;
    if (!isRouted(sparsityPlans[plan])) return false;
    if (!this.model.state.clustered) return true;
    if (reclusterEvery === 0) return false;
    let sparseSteps = 0;
    for (let step = 0; step < this.#step; step++) if (phaseAt(recipe, step) === "sparse") sparseSteps++;
    return sparseSteps > 0 && sparseSteps % reclusterEvery === 0;
  }

  #runStep(mode: PhaseName): void {
    const { microBatches } = this.#config.train;
    for (let microBatch = 0; microBatch < microBatches; microBatch++) {
      const { inputs, targets } = this.#loader.next();
      this.#device.write(this.#tokens, inputs);
      this.#device.write(this.#targets, targets);
      this.#device.replay(`${this.#key}/${mode}/${microBatch}`, () => {
        const batch = { tokens: this.#tokens, targets: this.#targets };
        forwardBackward(this.model, batch, { mode, arena: this.#arena, microBatch, microBatches });
        this.#arena.reset();
      });
    }
    this.#optimizer.prepare(this.#learningRate(this.#step));
    this.#device.replay(`${this.#key}/update`, () => {
      this.#optimizer.step();
      this.#ring.record();
    });
    this.#ring.advance();
    this.#device.submit();
    this.#step++;
  }
}
