import { ByteTokenizer } from "@beyond24/data/byte-tokenizer";
import { SequenceLoader } from "@beyond24/data/sequence-loader";
import { splitCorpus, type TokenSplit } from "@beyond24/data/split-corpus";
import type { Arena, Device, Tensor } from "@beyond24/device";
import { AdamW } from "@beyond24/optimizer";
import { learningRateAt, phaseAt, type PhaseName, type Recipe, sparsityPlans, trainingPresets } from "@beyond24/recipe";
import {
  clusterTransformer,
  createTransformer,
  disposeTransformer,
  forwardBackward,
  parameterCount,
  readStepStatistics,
  statisticsTensors,
  type StepStatistics,
  type Transformer,
  transformerParameters,
} from "@beyond24/transformer";
import { type ActivationPicture, ActivationProbe } from "./activation_probe.ts";
import { heldOutLoss } from "./held_out_loss.ts";
import { livePresets, liveRecipe } from "./live_presets.ts";
import type { LiveSettings, Sample } from "./protocol.ts";
import { recorderCapacity, StepRecorder } from "./step_recorder.ts";
import { writeSample } from "./write_sample.ts";

const { model: shape, batchSize, schedule } = trainingPresets.tiny;
const tokenizer = new ByteTokenizer();
/** Bytes of the prompt of samples at most. */
const promptBytes = 24;

/** What one step measured. */
export interface LiveStep extends StepStatistics {
  /** Steps done, this one included. */
  readonly step: number;
  readonly phase: PhaseName;
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly tokensPerSecond: number;
  /** Tokens of each expert of each layer; empty in dense steps. */
  readonly load: readonly (readonly number[])[];
}

/** The `tiny` model in training on a text. It knows neither page nor worker. */
export class LiveSession {
  /** Trained weights. */
  readonly parameters: number;
  /** Tokens trained on in an epoch. */
  readonly trainTokens: number;
  readonly #settings: LiveSettings;
  readonly #recipe: Recipe;
  readonly #device: Device;
  readonly #model: Transformer;
  readonly #optimizer: AdamW;
  readonly #loader: SequenceLoader;
  readonly #probe: ActivationProbe;
  readonly #recorder: StepRecorder;
  readonly #arena: Arena;
  readonly #tokens: Tensor;
  readonly #targets: Tensor;
  readonly #prompt: Int32Array;
  readonly #validation: Int32Array;
  #step = 0;
  /** Whether weights were packed outside of a step, so that the next count of flips says nothing. */
  #hasPackedAside = true;

  /**
   * Creates the model.
   *
   * @throws {DataError} If the text is too short
   */
  constructor(device: Device, settings: LiveSettings) {
    const { preset, seed, steps, text } = settings;
    const { plan, venom } = livePresets[preset];
    const { train, validation } = splitText(text);
    this.#validation = validation;
    this.#settings = settings;
    this.#recipe = liveRecipe(preset, steps);
    this.#device = device;
    this.#loader = new SequenceLoader(train, { sequenceLength: shape.sequenceLength, batchSize, seed });
    this.#model = createTransformer(device, { shape, sparsity: { plan: sparsityPlans[plan], venom } }, seed);
    this.#optimizer = new AdamW(device, transformerParameters(this.#model));
    const measured = [...statisticsTensors(this.#model), this.#optimizer.squaredNorm];
    this.#recorder = new StepRecorder(device, measured);
    this.#arena = device.arena();
    this.#tokens = device.tensor([batchSize, shape.sequenceLength], "i32");
    this.#targets = device.tensor([batchSize, shape.sequenceLength], "i32");
    this.#probe = new ActivationProbe(this.#model, this.#peekBatch(train), batchSize);
    this.#prompt = firstWords(text);
    this.parameters = parameterCount(this.#model);
    this.trainTokens = train.length;
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /** Whether all steps are done. */
  get isDone(): boolean {
    return this.#step >= this.#settings.steps;
  }

  /** Phase of the last step done; a model without steps is dense. */
  get phase(): PhaseName {
    return this.#step === 0 ? "dense" : phaseAt(this.#recipe, this.#step - 1);
  }

  /** Runs at most `count` steps of one phase and reads what they measured. */
  async runSteps(count: number): Promise<LiveStep[]> {
    const first = this.#step;
    const phase = phaseAt(this.#recipe, first);
    if (phase === "sparse" && !this.#model.state.clustered) await this.#cluster();
    const started = performance.now();
    const end = Math.min(this.#settings.steps, first + Math.min(count, recorderCapacity));
    do this.#runStep(phase); while (this.#step < end && phaseAt(this.#recipe, this.#step) === phase);
    const rows = await this.#recorder.read(this.#step - first);
    const seconds = (performance.now() - started) / 1000 / rows.length;
    const flipsFrom = this.#hasPackedAside ? first + 1 : first;
    this.#hasPackedAside = false;
    return rows.map((row, index) => this.#toLiveStep(row, { step: first + index, phase, seconds, flipsFrom }));
  }

  /** Looks at the hidden activations of a layer, computed as in the last step. */
  async picture(layer: number): Promise<ActivationPicture> {
    this.#hasPackedAside = true;
    return await this.#probe.read(layer, this.phase, this.#step);
  }

  /** Mean loss over a part of the text that is not trained on, computed as in the last step. */
  async heldOutLoss(): Promise<number> {
    this.#hasPackedAside = true;
    return await heldOutLoss(this.#model, this.#validation, { mode: this.phase, batchSize });
  }

  /** Lets the model write, computed as in the last step. */
  async sample(): Promise<Sample> {
    this.#hasPackedAside = true;
    const { seed } = this.#settings;
    const drawn = await writeSample(this.#model, this.#prompt, {
      mode: this.phase,
      count: 96,
      patience: 1500,
      random: randomNumbers(seed + this.#step),
    });
    const prompt = tokenizer.decode(this.#prompt);
    return { step: this.#step, phase: this.phase, prompt, text: tokenizer.decode(drawn) };
  }

  /** Frees everything on the device. */
  dispose(): void {
    this.#probe.dispose();
    this.#optimizer.dispose();
    this.#recorder.dispose();
    this.#arena.dispose();
    this.#device.free(this.#tokens);
    this.#device.free(this.#targets);
    disposeTransformer(this.#model);
  }

  #peekBatch(train: Int32Array): Int32Array {
    const { seed } = this.#settings;
    return new SequenceLoader(train, { sequenceLength: shape.sequenceLength, batchSize, seed }).next().inputs;
  }

  async #cluster(): Promise<void> {
    const companions = (parameter: Parameters<AdamW["moments"]>[0]) =>
      Object.values(this.#optimizer.moments(parameter));
    await clusterTransformer(this.#model, { seed: this.#settings.seed, companions });
    this.#hasPackedAside = true;
  }

  #learningRate(step: number): number {
    const { steps } = this.#settings;
    const warmupSteps = Math.round(schedule.warmupSteps * steps / schedule.totalSteps);
    return learningRateAt({ ...schedule, warmupSteps, totalSteps: steps }, step);
  }

  #runStep(mode: PhaseName): void {
    const { inputs, targets } = this.#loader.next();
    this.#device.write(this.#tokens, inputs);
    this.#device.write(this.#targets, targets);
    this.#optimizer.prepare(this.#learningRate(this.#step));
    this.#device.replay(mode, () => {
      forwardBackward(this.#model, { tokens: this.#tokens, targets: this.#targets }, { mode, arena: this.#arena });
      this.#optimizer.step();
      this.#recorder.record();
      this.#arena.reset();
    });
    this.#recorder.advance();
    this.#device.submit();
    this.#step++;
  }

  #toLiveStep(
    row: Float32Array,
    { step, phase, seconds, flipsFrom }: { step: number; phase: PhaseName; seconds: number; flipsFrom: number },
  ): LiveStep {
    const tokens = batchSize * shape.sequenceLength;
    const { flipRate, ...statistics } = readStepStatistics(this.#model, row, { tokens, mode: phase });
    return {
      ...statistics,
      ...(flipRate === undefined || step < flipsFrom ? {} : { flipRate }),
      step: step + 1,
      phase,
      learningRate: this.#learningRate(step),
      gradientNorm: Math.sqrt(row.at(-1) ?? NaN),
      tokensPerSecond: tokens / seconds,
      load: phase === "dense" ? [] : this.#load(row),
    };
  }

  #load(row: Float32Array): number[][] {
    return this.#model.layers.map(({ feedForward: { statistics: { expertCounts } } }) => {
      const start = this.#recorder.offsetOf(expertCounts);
      return Array.from(row.subarray(start, start + (expertCounts.shape[0] ?? 0)));
    });
  }
}

function splitText(text: string): TokenSplit {
  const texts = [{ path: "this text", text }];
  return splitCorpus({ texts }, { tokenizer, validationFraction: 0.1, sequenceLength: shape.sequenceLength });
}

/** The first words of a text, as the prompt of samples. */
function firstWords(text: string): Int32Array {
  const words = text.trimStart().slice(0, promptBytes).split(/\s+/).slice(0, 2).join(" ");
  return tokenizer.encode(words).slice(0, promptBytes);
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let hash = Math.imul(state ^ (state >>> 15), 1 | state);
    hash = hash + Math.imul(hash ^ (hash >>> 7), 61 | hash) ^ hash;
    return ((hash ^ (hash >>> 14)) >>> 0) / 2 ** 32;
  };
}
