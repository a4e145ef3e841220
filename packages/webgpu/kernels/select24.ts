import type { Select24Arguments } from "@beyond24/device";
import { packMatrix } from "./_pack_matrix.ts";
import type { Launcher } from "../_launch.ts";
import { part, wgsl } from "../_wgsl.ts";

/** The two largest, or two drawn without bias; a draw depends on its place. */
const text = ({ UNBIASED }: { readonly UNBIASED: boolean }) =>
  wgsl`
    fn select_group(x: vec4<f32>, line: u32, group: u32) -> Kept {
      ${UNBIASED ? DRAWN : "return Kept(x, keep_largest(x));"}
    }
  `;

const DRAWN = wgsl`
  let drawn = draw_two(x, group_state(group), line);
  return Kept(drawn.values, drawn.mask);
`;

/**
 * packed = the two largest magnitudes of every group, or without bias two of every four rows. Rows behind the last
 * segment are packed too: groups do not cross the end of the segments, and nobody looks at the others.
 */
export function select24(launcher: Launcher, { x, packed, unbiased, flips }: Select24Arguments): void {
  packMatrix(launcher, x, packed, {
    kernel: "select24",
    text: part(text, { UNBIASED: unbiased !== undefined }),
    unbiased,
    flips,
  });
}
