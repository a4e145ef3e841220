import type { Tokenizer } from "@beyond24/tokenizer";
import { SequenceLoader } from "@beyond24/data/sequence-loader";
import { splitCorpus, type TokenSplit } from "@beyond24/data/split-corpus";
import { bitsPerByte, targetSize, type TokenSource, validationBatches } from "@beyond24/data";
import type { Device } from "@beyond24/device";
import { type PhaseName, sparsityPlans, trainingPresets } from "@beyond24/recipe";
import { seededRandom, type SessionConfig, type StepMeasurement, TrainingSession } from "@beyond24/session";
import { parameterCount } from "@beyond24/transformer";
import { type ActivationPicture, ActivationProbe } from "./activation_probe.ts";
import { livePresets, liveRecipe } from "./live_presets.ts";
import { liveTokenizer } from "./live_tokenizer.ts";
import type { LiveSettings, Sample, Validation } from "./protocol.ts";
import { writeSample } from "./write_sample.ts";

const { model, batchSize, schedule } = trainingPresets.tiny;
const { sequenceLength } = model;
/** Characters of the prompt of samples at most. */
const promptCharacters = 24;

/** Most steps between two reads of the device. */
export const mostStepsAtOnce = 16;
/** Most batches of a validation: enough to see a trend, few enough not to hold up the training. */
const validationLength = 4;

/** The `tiny` model in training on a text. It knows neither page nor worker. */
export class LiveSession {
  /** Trained weights. */
  readonly parameters: number;
  /** Tokens trained on in an epoch. */
  readonly trainTokens: number;
  readonly #settings: LiveSettings;
  readonly #tokenizer: Tokenizer;
  readonly #session: TrainingSession;
  readonly #probe: ActivationProbe;
  readonly #prompt: Int32Array;
  readonly #validation: TokenSource;

  /**
   * Learns the tokenizer and creates the model.
   *
   * @throws {DataError} If the text is too short
   * @throws {TokenizerError} If it is too short for the vocabulary
   */
  static async create(device: Device, settings: LiveSettings): Promise<LiveSession> {
    return new LiveSession(device, settings, await liveTokenizer(settings.text, settings.vocabulary));
  }

  private constructor(device: Device, settings: LiveSettings, tokenizer: Tokenizer) {
    const { seed, text } = settings;
    const { train, validation } = splitText(text, tokenizer);
    const loader = new SequenceLoader(train, { sequenceLength, batchSize, seed });
    this.#settings = settings;
    this.#tokenizer = tokenizer;
    this.#validation = validation;
    this.#session = new TrainingSession(device, liveConfig(settings), () => loader.next());
    const peek = new SequenceLoader(train, { sequenceLength, batchSize, seed }).next().inputs;
    this.#probe = new ActivationProbe(this.#session.model, peek, batchSize);
    this.#prompt = tokenizer.encode(firstWords(text));
    this.parameters = parameterCount(this.#session.model);
    this.trainTokens = train.length;
  }

  /** Steps done. */
  get step(): number {
    return this.#session.step;
  }

  /** Whether all steps are done. */
  get isDone(): boolean {
    return this.step >= this.#settings.steps;
  }

  /** Phase of the last step done; a model without steps is dense. */
  get phase(): PhaseName {
    return this.#session.phase;
  }

  /** Runs at most `count` steps of one phase and reads what they measured. */
  async runSteps(count: number): Promise<StepMeasurement[]> {
    return await this.#session.runSteps(Math.min(this.#settings.steps, this.step + count));
  }

  /** Looks at the hidden activations of a layer, computed as in the last step. */
  async picture(layer: number): Promise<ActivationPicture> {
    return await this.#probe.read(layer, this.phase, this.step);
  }

  /** Mean loss over a part of the text that is not trained on, computed as in the last step. */
  async validate(): Promise<Validation> {
    const options = { sequenceLength, batchSize, leastTokens: validationLength * batchSize * sequenceLength };
    const batches = [...validationBatches(this.#validation, options)];
    const val_loss = await this.#session.evaluate(batches);
    return { val_loss, val_bits_per_byte: bitsPerByte(val_loss, targetSize(batches, this.#tokenizer)) };
  }

  /** Lets the model write, computed as in the last step. */
  async sample(): Promise<Sample> {
    const drawn = await writeSample(this.#session.model, this.#prompt, {
      mode: this.phase,
      count: 96,
      patience: 1500,
      random: seededRandom(this.#settings.seed + this.step),
    });
    const prompt = this.#tokenizer.decode(this.#prompt);
    return { step: this.step, phase: this.phase, prompt, text: this.#tokenizer.decode(drawn) };
  }

  /** Frees everything on the device. */
  dispose(): void {
    this.#probe.dispose();
    this.#session.dispose();
  }
}

/** The `tiny` model with the sparsity and the recipe that were chosen, over the steps that were chosen. */
function liveConfig({ preset, seed, steps, vocabulary: vocabularySize }: LiveSettings): SessionConfig {
  const { plan, venom } = livePresets[preset];
  const warmupSteps = Math.round(schedule.warmupSteps * steps / schedule.totalSteps);
  return {
    transformer: { shape: { ...model, vocabularySize }, sparsity: { plan: sparsityPlans[plan], venom } },
    recipe: liveRecipe(preset, steps),
    schedule: { ...schedule, warmupSteps, totalSteps: steps },
    seed,
    batchSize,
    readEvery: mostStepsAtOnce,
  };
}

function splitText(text: string, tokenizer: Tokenizer): TokenSplit {
  const texts = [{ path: "this text", bytes: new TextEncoder().encode(text) }];
  return splitCorpus({ texts }, { tokenizer, validationFraction: 0.1, sequenceLength });
}

/** The first words of a text, as the prompt of samples. */
function firstWords(text: string): string {
  return text.trimStart().slice(0, promptCharacters).split(/\s+/).slice(0, 2).join(" ");
}
