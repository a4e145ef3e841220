import { elementCount, type EmbeddingBackwardArguments } from "@beyond24/device";
import { launchElements } from "./_launch_elements.ts";
import { type Launcher, reads, writes } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** For every token: the next place of the same token, or -1; and whether it is the first place. */
const LINKS = wgsl`
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let t = index_of(id, groups);
    if (t >= args.count) {
      return;
    }
    let token = load_tokens(t);
    var next = t + 1u;
    while (next < args.count && load_tokens(next) != token) {
      next++;
    }
    var before = t;
    while (before > 0u && load_tokens(before - 1u) != token) {
      before--;
    }
    store_links(t, select(-1, i32(next), next < args.count));
    store_firsts(t, select(0, 1, before == 0u));
  }
`;

/** The first place of a token collects the gradients of all its places, in order. */
const SUMS = wgsl`
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = index_of(id, groups);
    if (i >= args.count) {
      return;
    }
    let d = i % args.width;
    let first = i / args.width;
    if (load_firsts(first) == 0 || u32(load_tokens(first)) >= args.vocabulary) {
      return;
    }
    let target_index = u32(load_tokens(first)) * args.width + d;
    var sum = load_d_table(target_index);
    var t = i32(first);
    while (t >= 0) {
      sum += load_d_out(u32(t) * args.width + d);
      t = load_links(u32(t));
    }
    store_d_table(target_index, sum);
  }
`;

/** dTable[tokens[t]] += dOut[t], tokens in order: no two invocations write one row. */
export function embeddingBackward(launcher: Launcher, { tokens, dOut, dTable }: EmbeddingBackwardArguments): void {
  const [count = 0, width = 0] = dOut.shape;
  const links = launcher.scratch("embeddingLinks", count, "i32");
  const firsts = launcher.scratch("embeddingFirsts", count, "i32");
  launchElements(launcher, {
    kernel: "embeddingBackward links",
    text: [LINKS],
    tensors: { tokens: reads(tokens), links: writes(links), firsts: writes(firsts) },
    count,
  });
  launchElements(launcher, {
    kernel: "embeddingBackward",
    text: [SUMS],
    tensors: {
      tokens: reads(tokens),
      links: reads(links),
      firsts: reads(firsts),
      d_out: reads(dOut),
      d_table: writes(dTable),
    },
    integers: { width, vocabulary: dTable.shape[0] ?? 0 },
    count: elementCount(dOut.shape),
  });
}
