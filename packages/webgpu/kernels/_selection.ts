import { nibble24 } from "@beyond24/sparse24";
import index from "./_index.wgsl" with { type: "text" };
import selection from "./_selection.wgsl" with { type: "text" };
import type { Launcher } from "../_launch.ts";

/** Eight entries of the completion table in one word. */
function nibbleWord(first: number): number {
  let word = 0;
  for (let mask = 7; mask >= 0; mask--) word = word * 16 + nibble24(first + mask);
  return word;
}

/** Constants of `_selection.wgsl`. */
export function selectionConstants({ activationType }: Launcher): Record<string, number> {
  return { NIBBLES_LOW: nibbleWord(0), NIBBLES_HIGH: nibbleWord(8), HALF: activationType === "f16" ? 1 : 0 };
}

/** Text in front of every kernel that selects. */
export const selectionSource: string = index + selection;
