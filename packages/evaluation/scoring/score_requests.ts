import type { Arena, Device, HostArray, Tensor } from "@beyond24/device";
import { logLikelihoods, type PackedSequences, type Transformer } from "@beyond24/transformer";
import { EvaluationError } from "../evaluation_error.ts";
import type { EncodedRequest } from "./encode_request.ts";
import { type PackedRequests, packRequests } from "./pack_requests.ts";
import { passSizes } from "./pass_sizes.ts";
import { planBatches } from "./plan_batches.ts";

/** What a model says of a request. */
export interface ScoredRequest {
  /** The log-likelihood of the continuation in nats: the sum over its tokens. */
  readonly logLikelihood: number;
  /** Whether greedy decoding gives the continuation. */
  readonly isGreedy: boolean;
}

/** What has been scored before; see `openScoreLog`. */
export interface ScoreLog {
  /** The scores of a batch, in its order; undefined when there are none yet. */
  get(batch: number): readonly ScoredRequest[] | undefined;
  /** Keeps the scores of a batch. */
  put(batch: number, scores: readonly ScoredRequest[]): Promise<void>;
}

/** How {@linkcode scoreRequests} works. */
export interface ScoreRequestsOptions {
  /** How the feed-forward networks are computed. Default dense. */
  readonly mode?: "dense" | "sparse";
  /** Tokens of a pass, about; what its requests share is counted once. Default 2048. */
  readonly batch?: number;
  /** Hears how many requests are scored. */
  readonly onProgress?: (scored: number, all: number) => void;
  /** Ends the work after the passes that have been started. */
  readonly signal?: AbortSignal;
  /** What is scored already, and where scores are kept. */
  readonly log?: ScoreLog;
}

/**
 * Scores requests on the device of a model: groups of them, the choices of a document, from the longest to the
 * shortest, many in a pass.
 *
 * @param model The model
 * @param groups Requests, those of a document side by side
 * @param options Mode, size of a pass, progress
 * @returns Scores, group by group; undefined when it was ended by the signal
 * @throws {EvaluationError} If a score is no number
 *
 * @example An untrained model
 * ```ts
 * import { encodeRequest, scoreRequests } from "@beyond24/evaluation";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { modelPresets } from "@beyond24/recipe";
 * import { ByteTokenizer } from "@beyond24/tokenizer";
 * import { createTransformer } from "@beyond24/transformer";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const model = createTransformer(createReferenceDevice(), { shape: { ...modelPresets.tiny, layers: 1 } }, 1);
 * const request = encodeRequest(new ByteTokenizer(), { context: "1 + 1 =", continuation: " 2" }, 64);
 * const [[scored] = []] = await scoreRequests(model, [[request]]) ?? [];
 * assertAlmostEquals(scored?.logLikelihood ?? 0, -2 * Math.log(256), 1);
 * ```
 */
export async function scoreRequests(
  model: Transformer,
  groups: readonly (readonly EncodedRequest[])[],
  options: ScoreRequestsOptions = {},
): Promise<(readonly ScoredRequest[])[] | undefined> {
  const { mode = "dense", batch: size = 2048, onProgress = () => {}, signal, log } = options;
  const { device, config: { shape: { sequenceLength: longest } } } = model;
  const all = groups.reduce((count, group) => count + group.length, 0);
  const scores = groups.map((): readonly ScoredRequest[] => []);
  const batches = planBatches(groups, size).map((members) => ({
    members,
    requests: members.flatMap((group) => groups[group] ?? []),
  }));
  const packing = { longest, batch: size, sizes: passSizes(device) };
  const pack = (number: number): PackedRequests | undefined => {
    const requests = log?.get(number) === undefined ? batches[number]?.requests : undefined;
    return requests && packRequests(requests, packing);
  };
  let scored = 0;
  const keep = async (number: number, found: readonly ScoredRequest[]): Promise<void> => {
    if (log?.get(number) === undefined) await log?.put(number, found);
    const { members, requests } = batches[number] ?? { members: [], requests: [] };
    let at = 0;
    for (const group of members) scores[group] = found.slice(at, at += groups[group]?.length ?? 0);
    scored += requests.length;
    onProgress(scored, all);
  };
  const arena = device.arena();
  let packed = pack(0);
  let kept = Promise.resolve();
  try {
    for (const [number, { requests }] of batches.entries()) {
      if (signal?.aborted) break;
      const known = log?.get(number);
      const reading = packed && launch(model, packed, { arena, mode });
      const before = kept;
      kept = (async () => {
        const values = await reading;
        await before;
        await keep(number, known ?? (values === undefined ? [] : scoresOf(requests, values)));
      })();
      // Whoever waits for it hears of an error.
      kept.catch(() => {});
      // The device computes this pass while the next one is packed and the one before is kept; when it is done, the
      // next one is there.
      packed = pack(number + 1);
      await before;
      // Kernels of a CPU never wait, so without this no signal would ever be heard.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await kept;
    return scored === all ? scores : undefined;
  } finally {
    await Promise.allSettled([kept]);
    arena.dispose();
  }
}

interface Pass {
  readonly arena: Arena;
  readonly mode: "dense" | "sparse";
}

/** Log-probability of each token that was asked for, and whether greedy decoding gives it. */
type PassValues = readonly [HostArray, HostArray];

/** Starts a pass. Its memory is free again at once, as the device reads its results before what comes next. */
function launch(model: Transformer, packed: PackedRequests, { arena, mode }: Pass): Promise<PassValues> {
  const { device } = model;
  const results = logLikelihoods(model, writePacked(device, arena, packed), { arena, mode });
  device.submit();
  const reading = Promise.all([device.read(results.logLikelihoods), device.read(results.greedy)]);
  arena.reset();
  return reading;
}

function scoresOf(requests: readonly EncodedRequest[], [values, greedy]: PassValues): ScoredRequest[] {
  let at = 0;
  return requests.map(({ targets }) => {
    const [start, end] = [at, at += targets.length];
    // The sum of doubles: a long continuation loses nothing.
    const logLikelihood = Array.from(values.subarray(start, end)).reduce((sum, value) => sum + value, 0);
    if (Number.isNaN(logLikelihood)) {
      throw new EvaluationError(
        "Cannot evaluate as the model's scores must be numbers: current value is NaN, it has diverged",
      );
    }
    return { logLikelihood, isGreedy: greedy.subarray(start, end).every((value) => value === 1) };
  });
}

function writePacked(device: Device, arena: Arena, packed: PackedRequests): PackedSequences {
  const write = (values: Int32Array): Tensor => {
    const tensor = arena.tensor([values.length], "i32");
    device.write(tensor, values);
    return tensor;
  };
  const { sequences, sequenceLength } = packed;
  return {
    tokens: write(packed.tokens),
    positions: write(packed.positions),
    members: write(packed.members),
    places: write(packed.places),
    sequences,
    sequenceLength,
    asked: write(packed.asked),
    targets: write(packed.targets),
  };
}
