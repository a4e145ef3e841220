import { type CachedAttentionArguments, elementCount } from "@beyond24/device";
import { loadText, storeText } from "./_attention_text.ts";
import { EXPONENTIAL } from "./_exponential.ts";
import { reduceMax } from "./_reductions.ts";
import { launchRows } from "./_launch_rows.ts";
import { type Launcher, reads, writes } from "../_launch.ts";
import { part, wgsl } from "../_wgsl.ts";

/** Invocations of a workgroup: keys that are looked at together. */
const LANES = 64;

/**
 * One workgroup computes a head of a token: every invocation the score of one key of LANES, then four elements of the
 * result over every GROUPS-th of their values, with a running softmax.
 */
const TEXT = wgsl`
  var<workgroup> shared_place: i32;
  var<workgroup> weights: array<f32, LANES>;
  var<workgroup> parts: array<vec4<f32>, LANES>;

  @compute @workgroup_size(LANES)
  fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
  ) {
    let row = group.y * groups.x + group.x;
    if (row >= args.rows) {
      return;
    }
    if (lane == 0u) {
      shared_place = load_places(row / args.heads);
    }
    let place = u32(workgroupUniformLoad(&shared_place));
    let query = row * HEAD_DIM;
    if (place >= args.capacity) {
      if (lane < FOURS) {
        put_out(query, lane, vec4<f32>(args.not_a_number));
      }
      return;
    }
    let stride = args.key_heads * HEAD_DIM;
    let visible = place % args.length + 1u;
    let base = (place + 1u - visible) * stride + row % args.heads * args.key_heads / args.heads * HEAD_DIM;
    let four = lane % FOURS;
    let part = lane / FOURS;
    var largest = -3.0e38;
    var total = 0.0;
    var sum = vec4<f32>(0.0);
    for (var first = 0u; first < visible; first += LANES) {
      let sees = first + lane < visible;
      var score = 0.0;
      let key = base + min(first + lane, visible - 1u) * stride;
      for (var d = 0u; d < FOURS; d++) {
        score += dot(four_q(query, d), four_keys(key, d));
      }
      score = select(-3.0e38, score * args.scale, sees);
      let before = largest;
      largest = max(before, reduce_max(lane, score));
      let decay = exp_of(before - largest);
      let weight = select(0.0, exp_of(score - largest), sees);
      weights[lane] = weight;
      total = total * decay + reduce_sum(lane, weight);
      sum *= decay;
      let count = min(LANES, visible - first);
      if (part < GROUPS) {
        for (var j = part; j < count; j += GROUPS) {
          sum = fma(vec4<f32>(weights[j]), four_values(base + (first + j) * stride, four), sum);
        }
      }
    }
    parts[lane] = sum;
    workgroupBarrier();
    if (lane < FOURS) {
      for (var other = 1u; other < GROUPS; other++) {
        sum += parts[other * FOURS + lane];
      }
      put_out(query, lane, sum / total);
    }
  }
`;

/** out[t] = softmax(q[t] · keysᵀ / sqrt(headDim)) · values over the cache, a workgroup a head of a token. */
export function cachedAttention(launcher: Launcher, args: CachedAttentionArguments): void {
  const { q, keys, values, places, out, shape: { sequences, sequenceLength, heads, keyValueHeads, headDim } } = args;
  const isVector = headDim % 4 === 0 && [q, keys, values, out].every(({ offset }) => offset % 4 === 0);
  const view = isVector ? "vector" : "scalar";
  const fours = Math.ceil(headDim / 4);
  const lanes = Math.max(LANES, 2 ** Math.ceil(Math.log2(fours)));
  launchRows(launcher, {
    kernel: "cachedAttention",
    text: [
      reduceMax(launcher.subgroups),
      EXPONENTIAL,
      ...["q", "keys", "values"].map((name) => loadText(name, isVector)),
      storeText("out", isVector),
      part(() => TEXT, { HEAD_DIM: headDim, FOURS: fours, GROUPS: Math.floor(lanes / fours) }),
    ],
    tensors: {
      ...{ q: reads(q, view), keys: reads(keys, view), values: reads(values, view), out: writes(out, view) },
      places: reads(places),
    },
    integers: { length: sequenceLength, capacity: sequences * sequenceLength, heads, key_heads: keyValueHeads },
    floats: { scale: 1 / Math.sqrt(headDim), not_a_number: NaN },
    rows: elementCount(places.shape) * heads,
    lanes,
  });
}
