import { type Checkpoint, type StoredCheckpoint, TensorFile } from "@beyond24/checkpoint";
import { ByteTokenizer, type SequenceLoader } from "@beyond24/data";
import type { Device } from "@beyond24/device";
import { DiskError } from "@beyond24/disk";
import { boundaryAt, type Cadence, nextBoundary } from "@beyond24/recipe";
import {
  configChanges,
  eventFileName,
  findCheckpoint,
  type MetricsLog,
  openMetricsLog,
  readMetrics,
  type RunChange,
  type RunConfig,
  type StepMetrics,
} from "@beyond24/run";
import type { TrainingSession } from "@beyond24/session";
import { tokenizerFiles } from "@beyond24/tokenizer";
import { drawTransformer } from "@beyond24/transformer";
import { dirname, join } from "@std/path";
import type { EventLog } from "../tensorboard/event_log.ts";
import { NonFiniteError } from "../non_finite_error.ts";
import { checkpointToResume, placeChanges, removeCheckpointsAfter } from "./_checkpoint_to_resume.ts";
import { describeChanges } from "./_describe_changes.ts";
import { describePlace } from "./_describe_place.ts";
import { findDamage, findFailure, findNonFinite } from "./_find_failure.ts";
import { decodeRunCheckpoint, type RunState } from "./_run_state.ts";
import { writeCheckpoint } from "./_write_checkpoint.ts";
import type { RunnerStart, SessionPlace } from "./_session_place.ts";
import { createLoader, createSession } from "./_create_session.ts";
import { orRefuse } from "./_or_refuse.ts";
import { anyRank, shareOfRank } from "./ranks.ts";
import { Validation } from "./_validation.ts";
import type { RunData } from "./load_run_data.ts";
import type { RunObserver } from "./run_observer.ts";

/** One session with its files: advances it, validates, logs and saves at the right steps. */
export class SessionRunner {
  readonly #session: TrainingSession;
  readonly #loader: SequenceLoader;
  readonly #device: Device;
  readonly #config: RunConfig;
  readonly #cadence: Cadence;
  readonly #data: RunData;
  readonly #place: SessionPlace;
  readonly #observer: RunObserver;
  /** The files of the tokenizer, which every checkpoint has a copy of; those of bytes need none. */
  readonly #tokenizer: Pick<Checkpoint, "tokenizer">;
  readonly #validation: Validation;
  #log: MetricsLog | undefined;
  #events: EventLog | undefined;
  #savedStep = -1;
  #savedPath: string | undefined;
  #changes: readonly RunChange[] = [];
  #notes: readonly string[] = [];
  #milliseconds = 0;
  #isBranch = false;

  /**
   * Creates the session.
   *
   * @param device Where to compute
   * @param config The configuration
   * @param data Tokens and their fingerprint
   * @param place Files
   * @param observer Who hears of steps and checkpoints
   */
  constructor(device: Device, config: RunConfig, data: RunData, place: SessionPlace, observer: RunObserver) {
    const { evaluateEvery, checkpointEvery } = config.train;
    const { tokenizer } = data;
    const share = shareOfRank(config, place.collectives.size);
    this.#loader = createLoader(share, data, place);
    this.#session = createSession(device, share, data, { place, loader: this.#loader });
    this.#tokenizer = tokenizer instanceof ByteTokenizer ? {} : { tokenizer: tokenizerFiles(tokenizer) };
    this.#validation = new Validation(data, share);
    this.#device = device;
    this.#config = config;
    this.#cadence = { recipe: config.recipe, evaluateEvery, checkpointEvery };
    this.#data = data;
    this.#place = place;
    this.#observer = observer;
  }

  /** The session. */
  get session(): TrainingSession {
    return this.#session;
  }

  /** Seconds spent, over all resumes. */
  get seconds(): number {
    return this.#milliseconds / 1000;
  }

  /** What the run went on with and had not begun with. */
  get changes(): readonly RunChange[] {
    return this.#changes;
  }

  /** What the changes that this start brought mean, one sentence each. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  /** Whether all steps are done. */
  get isDone(): boolean {
    return this.#session.step >= this.#config.train.steps;
  }

  /**
   * Goes to where the run goes on: a checkpoint of its own, or the weights of another run that it begins with. A run
   * that was stopped before its first checkpoint begins again. No file of the run is changed, so that a start that is
   * refused changes none.
   *
   * @param start Whether to look for checkpoints, and for which one
   */
  async restore({ resume, resumeAt }: RunnerStart): Promise<void> {
    const found = resume ? await checkpointToResume(this.#place, resumeAt, this.#warn) : undefined;
    if (found !== undefined) await this.#restore(found);
    else if (resume) this.#warn("This run has no checkpoint, so it begins again at its first step");
    const { initFrom } = this.#config.train;
    this.#isBranch = found === undefined && initFrom !== "none";
    if (this.#isBranch) await this.#begin(await findCheckpoint(initFrom));
    else if (found === undefined) drawTransformer(this.#session.model, this.#config.train.seed);
  }

  /**
   * Opens the metrics, and event files when they are asked for, and lets go of what lies behind the step that the run
   * goes on from.
   *
   * @param start Where a step was asked for, checkpoints behind it are removed; those that were only not whole stay
   */
  async open({ resumeAt }: RunnerStart): Promise<void> {
    if (!this.#isReader) await this.#openFiles(resumeAt);
    // From here on the run does not need the checkpoint that it began with.
    if (this.#isBranch) await this.save();
  }

  /**
   * Runs steps up to the next boundary of the run, at most to `end`; validates, logs and saves where that is due.
   *
   * @param end Steps to be done at most
   * @throws {NonFiniteError} If the steps, or what they left behind, cannot be gone on from
   */
  async advance(end: number): Promise<void> {
    const started = performance.now();
    const { step: next } = nextBoundary(this.#cadence, this.#session.step);
    const measured = await this.#session.runSteps(Math.min(end, next));
    const boundary = boundaryAt(this.#cadence, this.#session.step);
    const failure = measured.values().map(findFailure).find((found) => found !== undefined);
    const rows: StepMetrics[] = measured.filter(({ step }) => step < (failure?.step ?? Infinity));
    const validation = boundary.evaluates && failure === undefined
      ? await this.#validation.run(this.#session)
      : undefined;
    const last = rows.at(-1);
    if (last !== undefined && validation !== undefined) rows.splice(-1, 1, { ...last, ...validation });
    await this.#append(rows);
    this.#milliseconds += performance.now() - started;
    this.#observer.onSteps?.(rows, this.#place.role);
    this.#stopAt(failure); // what was measured is the same on all ranks
    if (validation !== undefined) {
      await this.#stopAll(findNonFinite("validation loss", validation.val_loss, this.#session.step));
    }
    if (boundary.saves) await this.save();
  }

  /**
   * Saves a checkpoint unless the newest one is of this step.
   *
   * @throws {NonFiniteError} If the last update destroyed the model; the newest checkpoint stays
   */
  async save(): Promise<void> {
    if (this.#session.step === this.#savedStep) return;
    const started = performance.now();
    await this.#stopAll(findDamage(await this.#session.inspect(), this.#session.step));
    await this.#write(started);
    this.#savedStep = this.#session.step;
    await this.#place.collectives.barrier(); // the others wait as long as rank 0 writes
  }

  async #openFiles(resumeAt: number | undefined): Promise<void> {
    const { checkpoints, metrics, events, fileSystem } = this.#place;
    if (resumeAt !== undefined) await removeCheckpointsAfter(checkpoints, resumeAt, fileSystem);
    this.#log = await openMetricsLog(metrics, { step: this.#session.step, fileSystem, onWarning: this.#warn });
    if (this.#config.log.tensorboard) {
      const { openEventLog } = await import("../tensorboard/event_log.ts");
      this.#events = await openEventLog(join(events, eventFileName), { rows: await readMetrics(metrics), fileSystem });
    }
  }

  /** Writes a checkpoint, or what this rank has of it. */
  async #write(started: number): Promise<void> {
    await this.#log?.sync();
    const run = {
      loader: this.#loader.state,
      seconds: this.#milliseconds / 1000,
      corpus: this.#data.digest,
      device: describePlace(this.#device, this.#place.collectives),
      changes: this.#changes,
    };
    const content = { config: this.#config, run, tokenizer: this.#tokenizer };
    const path = await writeCheckpoint(this.#session, this.#place, content, this.#warn);
    if (path === undefined) return;
    this.#savedPath = path;
    this.#milliseconds += performance.now() - started;
    const { role, afterSave } = this.#place;
    this.#observer.onCheckpoint?.(path, role);
    const { model: trained, phase: mode, step } = this.#session;
    await afterSave?.({ model: trained, mode, step, role, checkpoint: path });
  }

  /** Closes files and frees the device. */
  close(): void {
    this.#log?.close();
    this.#events?.close();
    this.#session.dispose();
  }

  /** Whether this rank leaves the files of the run to rank 0. */
  get #isReader(): boolean {
    return this.#place.collectives.rank > 0;
  }

  readonly #warn = (message: string): void => this.#observer.onWarning?.(message);

  async #append(rows: readonly StepMetrics[]): Promise<void> {
    try {
      await this.#log?.append(rows);
      await this.#events?.append(rows);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      throw new DiskError(`${error.message}. ${await this.#loss()}`, { cause: error });
    }
  }

  /** What is lost when the run stops here without a checkpoint. */
  async #loss(): Promise<string> {
    const path = this.#savedPath;
    if (path === undefined) return "All steps are lost, as no checkpoint was due yet";
    const isThere = await this.#place.fileSystem.look(path) !== undefined;
    return isThere
      ? `Steps after ${this.#savedStep} are lost; --resume goes on from ${path}`
      : `All steps are lost, as ${path} is gone too`;
  }

  /** Stops all ranks where one of them cannot go on. */
  async #stopAll(failure: NonFiniteError | undefined): Promise<void> {
    if (!await anyRank(this.#place.collectives, failure !== undefined)) return;
    const { step } = this.#session;
    this.#stopAt(failure ?? new NonFiniteError(`Cannot go on after step ${step} as another rank cannot`, step));
  }

  /** Stops a run whose model is lost, and says how it can go on. */
  #stopAt(failure: NonFiniteError | undefined): void {
    if (failure === undefined) return;
    const saved = this.#savedPath ?? "none, as none was due yet";
    const advice = "Lower optimizer.learningRate or optimizer.maxGradientNorm with --resume and --set";
    throw new NonFiniteError(`${failure.message}. ${advice}. Last checkpoint: ${saved}`, failure.step);
  }

  async #restore(checkpoint: StoredCheckpoint): Promise<void> {
    const { step } = checkpoint;
    const { config: before, state } = decodeRunCheckpoint(checkpoint);
    const changed = configChanges(before, this.#config, step);
    if (step === 0) {
      // Nothing has been computed yet, as after an import: the weights are all there is, and any data and device will
      // do.
      await this.#begin(checkpoint);
    } else {
      const place = { corpus: this.#data.digest, device: describePlace(this.#device, this.#place.collectives) };
      changed.push(...placeChanges(checkpoint.step, state, place, this.#warn));
      await this.#restoreSession(checkpoint, state.session);
    }
    this.#changes = [...state.changes, ...changed];
    this.#notes = describeChanges(changed, before, this.#config);
    this.#savedStep = step;
    this.#savedPath = dirname(checkpoint.model);
    this.#milliseconds = state.seconds * 1000;
  }

  /** Begins with the weights of another run. */
  async #begin({ model }: StoredCheckpoint): Promise<void> {
    await orRefuse(`Cannot begin with ${dirname(model)} as it does not fit this model`, async () => {
      using weights = await TensorFile.open(model);
      await this.#session.beginWith(weights);
    });
  }

  async #restoreSession(stored: StoredCheckpoint, { loader, transformer }: RunState["session"]): Promise<void> {
    await orRefuse("Cannot resume as the checkpoint does not fit this model", async () => {
      using model = await TensorFile.open(stored.model);
      using optimizer = await TensorFile.open(stored.optimizer);
      await this.#session.restore({ step: stored.step, transformer, model, optimizer });
      this.#loader.restore(loader);
    });
  }
}
