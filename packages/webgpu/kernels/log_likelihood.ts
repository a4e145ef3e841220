import type { LogLikelihoodArguments } from "@beyond24/device";
import { EXPONENTIAL } from "./_exponential.ts";
import { launchRows } from "./_launch_rows.ts";
import { reduceMax } from "./_reductions.ts";
import { type Launcher, reads, writes } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One workgroup goes over a row of scores twice. */
const TEXT = wgsl`
  @compute @workgroup_size(64)
  fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
  ) {
    let row = group.y * groups.x + group.x;
    if (row >= args.rows) {
      return;
    }
    let start = row * args.vocabulary;
    let target_token = load_targets(row);
    let fits = u32(target_token) < args.vocabulary;
    let place = select(0u, u32(target_token), fits);
    let score = load_logits(start + place);
    var own_largest = -3.0e38;
    // Scores that greedy decoding would take before the target's.
    var own_better = 0.0;
    for (var i = lane; i < args.vocabulary; i += 64u) {
      let other = load_logits(start + i);
      own_largest = max(own_largest, other);
      if (other > score || (other == score && i < place)) {
        own_better = 1.0;
      }
    }
    let largest = reduce_max(lane, own_largest);
    let better = reduce_max(lane, own_better);
    var own_total = 0.0;
    for (var i = lane; i < args.vocabulary; i += 64u) {
      own_total += exp_of(load_logits(start + i) - largest);
    }
    let total = reduce_sum(lane, own_total);
    if (lane == 0u) {
      // Of a row that asks for nothing, or that has no such token.
      var result = select(args.not_a_number, 0.0, target_token == -1);
      if (fits) {
        // The largest is taken off first: it may dwarf the difference.
        result = (score - largest) - log_of(total);
      }
      store_log_likelihoods(row, result);
      store_greedy(row, select(0, 1, fits && better == 0.0));
    }
  }
`;

/** The log-probability of a token a row, and whether it is the first of the largest scores. */
export function logLikelihood(
  launcher: Launcher,
  { logits, targets, logLikelihoods, greedy }: LogLikelihoodArguments,
): void {
  const [rows = 0, vocabulary = 0] = logits.shape;
  launchRows(launcher, {
    kernel: "logLikelihood",
    text: [reduceMax(launcher.subgroups), EXPONENTIAL, TEXT],
    tensors: {
      logits: reads(logits),
      targets: reads(targets),
      log_likelihoods: writes(logLikelihoods),
      greedy: writes(greedy),
    },
    integers: { vocabulary },
    floats: { not_a_number: NaN },
    rows,
  });
}
