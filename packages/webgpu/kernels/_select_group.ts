import { nibble24 } from "@beyond24/sparse24";
import { INDEX } from "./_index.ts";
import type { Launcher } from "../_launch.ts";
import { part, type ShaderPart, wgsl } from "../_wgsl.ts";

/** Text in front of every kernel that selects two of a group of four. */
export function selectText({ activationType }: Pick<Launcher, "activationType">): ShaderPart {
  return part(selectionText, { ...NIBBLE_WORDS, HALF: activationType === "f16" });
}

/** Eight entries of the completion table in one word. */
function nibbleWord(first: number): number {
  let word = 0;
  for (let mask = 7; mask >= 0; mask--) word = word * 16 + nibble24(first + mask);
  return word;
}

/** The completion table. */
export const NIBBLE_WORDS = { NIBBLES_LOW: nibbleWord(0), NIBBLES_HIGH: nibbleWord(8) } as const;

const selectionText = ({ HALF }: { readonly HALF: boolean }) =>
  wgsl`
    ${INDEX}
    ${SELECTION}

    // To the storage type of activations.
    fn rounded(values: vec4<f32>) -> vec4<f32> {
      return ${HALF ? "nearest_half4(values)" : "values"};
    }
  `;

const SELECTION = wgsl`
  // Orders f32 bit patterns by magnitude: -0 equals 0, every NaN is the largest.
  fn magnitude_key(value: f32) -> u32 {
    return min(bitcast<u32>(value) & 0x7fffffffu, 0x7f800001u);
  }

  fn magnitude_keys(values: vec4<f32>) -> vec4<u32> {
    return vec4<u32>(
      magnitude_key(values.x), magnitude_key(values.y), magnitude_key(values.z), magnitude_key(values.w));
  }

  // Mask of the two largest keys of four, ties to the lower index (keepTwo24 of sparse24).
  fn keep_two(k: vec4<u32>) -> u32 {
    let b01 = u32(k.x < k.y);
    let b02 = u32(k.x < k.z);
    let b03 = u32(k.x < k.w);
    let b12 = u32(k.y < k.z);
    let b13 = u32(k.y < k.w);
    let b23 = u32(k.z < k.w);
    return select(0u, 1u, b01 + b02 + b03 < 2u) |
      select(0u, 2u, 1u - b01 + b12 + b13 < 2u) |
      select(0u, 4u, 2u - b02 - b12 + b23 < 2u) |
      select(0u, 8u, 3u - b03 - b13 - b23 < 2u);
  }

  fn non_zero(k: vec4<u32>) -> u32 {
    return select(0u, 1u, k.x != 0u) | select(0u, 2u, k.y != 0u) |
      select(0u, 4u, k.z != 0u) | select(0u, 8u, k.w != 0u);
  }

  // Mask of the non-zeros among the two largest magnitudes.
  fn keep_largest(values: vec4<f32>) -> u32 {
    let keys = magnitude_keys(values);
    return keep_two(keys) & non_zero(keys);
  }

  // The two kept indices of a mask, completed as torch does (nibble24 of sparse24): sixteen nibbles in two words.
  fn nibble_of(mask: u32) -> u32 {
    return (select(NIBBLES_LOW, NIBBLES_HIGH, mask >= 8u) >> (4u * (mask & 7u))) & 15u;
  }

  // The mask of both indices of a nibble.
  fn mask_of(nibble: u32) -> u32 {
    return (1u << (nibble & 3u)) | (1u << (nibble >> 2u));
  }

  fn element_of(values: vec4<f32>, index: u32) -> f32 {
    let low = select(values.x, values.y, (index & 1u) == 1u);
    let high = select(values.z, values.w, (index & 1u) == 1u);
    return select(low, high, index >= 2u);
  }

  // What the two slots of a group store: the elements that the mask keeps, zero where the nibble was completed.
  fn slots_of(values: vec4<f32>, mask: u32, nibble: u32) -> vec2<f32> {
    let first = nibble & 3u;
    let second = nibble >> 2u;
    return vec2<f32>(
      select(0.0, element_of(values, first), ((mask >> first) & 1u) == 1u),
      select(0.0, element_of(values, second), ((mask >> second) & 1u) == 1u));
  }

  fn masked(values: vec4<f32>, mask: u32) -> vec4<f32> {
    let bits = vec4<u32>(mask, mask >> 1u, mask >> 2u, mask >> 3u) & vec4<u32>(1u);
    return select(vec4<f32>(0.0), values, bits == vec4<u32>(1u));
  }
`;
