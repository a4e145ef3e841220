import type { EmbeddingArguments } from "@beyond24/device";
import { launchElementwise } from "./_launch_elementwise.ts";
import { type Launcher, reads } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One unit of a row. */
const TEXT = wgsl`
  fn update_unit(i: u32) {
    let row = u32(load_tokens(i / args.width));
    if (row >= args.vocabulary) {
      store_out_unit(i, Unit(args.not_a_number));
      return;
    }
    store_out_unit(i, load_table_unit(row * args.width + i % args.width));
  }
`;

/** out[t] = table[tokens[t]]. */
export function embedding(launcher: Launcher, { tokens, table, out }: EmbeddingArguments): void {
  const [vocabulary = 0, width = 0] = table.shape;
  const [inputs, outputs, tensors] = [{ table }, { out }, { tokens: reads(tokens) }];
  const numbers = { integers: { vocabulary }, floats: { not_a_number: NaN } };
  launchElementwise(launcher, { kernel: "embedding", text: [TEXT], inputs, outputs, tensors, width, ...numbers });
}
