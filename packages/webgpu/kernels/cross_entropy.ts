import type { CrossEntropyArguments } from "@beyond24/device";
import { EXPONENTIAL } from "./_exponential.ts";
import { launchRows } from "./_launch_rows.ts";
import { reduceMax } from "./_reductions.ts";
import { type Launcher, reads, writes } from "../_launch.ts";
import { part, wgsl } from "../_wgsl.ts";

/** What is written besides the loss. */
type CrossEntropyValues = {
  /** Gradients. */
  readonly GRADIENT: boolean;
  /** With a factor of their own. */
  readonly FACTOR: boolean;
};

/** One workgroup goes over a row of scores three times. */
const text = ({ GRADIENT, FACTOR }: CrossEntropyValues) =>
  wgsl`
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
      var own_largest = -3.0e38;
      for (var i = lane; i < args.classes; i += 64u) {
        own_largest = max(own_largest, load_logits(start + i));
      }
      let largest = reduce_max(lane, own_largest);
      var own_total = 0.0;
      for (var i = lane; i < args.classes; i += 64u) {
        own_total += exp_of(load_logits(start + i) - largest);
      }
      let total = reduce_sum(lane, own_total);
      let target_token = load_targets(row);
      let fits = u32(target_token) < args.classes;
      // Of a row that counts nothing, whatever its scores are, or that has no such target.
      let other = select(args.not_a_number, 0.0, target_token == -1);
      if (lane == 0u) {
        var loss = other;
        if (fits) {
          // The largest is taken off first: it may dwarf the difference.
          loss = log_of(total) + (largest - load_logits(start + u32(target_token)));
        }
        store_losses(row, loss);
      }
      ${GRADIENT && gradients(FACTOR)}
    }
  `;

const gradients = (hasFactor: boolean) =>
  wgsl`
    // Gradients may replace the logits: the loss has been read.
    storageBarrier();
    workgroupBarrier();
    var factor = args.scale;
    ${hasFactor && "factor *= load_factor(0u);"}
    let inverse = 1.0 / total;
    for (var i = lane; i < args.classes; i += 64u) {
      let softmax = exp_of(load_logits(start + i) - largest) * inverse;
      let gradient = (softmax - select(0.0, 1.0, i32(i) == target_token)) * factor;
      store_d_logits(start + i, select(other, gradient, fits));
    }
    for (var i = args.classes + lane; i < args.vocabulary; i += 64u) {
      store_d_logits(start + i, 0.0);
    }
  `;

/**
 * Loss of every row, and (softmax − onehot) · scale · factor where it is asked for: a workgroup a row, three passes
 * over it.
 */
export function crossEntropy(
  launcher: Launcher,
  { logits, targets, losses, dLogits, scale = 1, factor, classes }: CrossEntropyArguments,
): void {
  const [rows = 0, vocabulary = 0] = logits.shape;
  launchRows(launcher, {
    kernel: "crossEntropy",
    text: [
      reduceMax(launcher.subgroups),
      EXPONENTIAL,
      part(text, { GRADIENT: dLogits !== undefined, FACTOR: factor !== undefined }),
    ],
    tensors: {
      logits: reads(logits),
      targets: reads(targets),
      losses: writes(losses),
      ...(dLogits === undefined ? {} : { d_logits: writes(dLogits) }),
      ...(dLogits === undefined || factor === undefined ? {} : { factor: reads(factor) }),
    },
    integers: { vocabulary, classes: classes ?? vocabulary },
    floats: { scale, not_a_number: NaN },
    rows,
  });
}
