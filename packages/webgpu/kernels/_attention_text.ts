import type { AttentionTile } from "./_attention_tiles.ts";
import { wgsl } from "../_wgsl.ts";

/** What the texts of attention depend on. */
export type AttentionValues = Pick<AttentionTile, keyof AttentionTile> & {
  /** Elements of a head's vector. */
  readonly HEAD_DIM: number;
  /** Fours of them. */
  readonly FOURS: number;
  /** Whether four neighbours are read and written at a time. */
  readonly VECTOR: boolean;
};

/** `four_<name>`: elements 4 d to 4 d + 3 of a head's vector that starts at `base`; zeros behind its end. */
export const loadText = (name: string, isVector: boolean): string =>
  isVector
    ? wgsl`
      fn four_${name}(base: u32, d: u32) -> vec4<f32> {
        return load4_${name}(base + 4u * d);
      }
    `
    : wgsl`
      fn four_${name}(base: u32, d: u32) -> vec4<f32> {
        var result = vec4<f32>(0.0);
        for (var i = 0u; i < 4u && 4u * d + i < HEAD_DIM; i++) {
          result[i] = load_${name}(base + 4u * d + i);
        }
        return result;
      }
    `;

/** `put_<name>`: the same, written. */
export const storeText = (name: string, isVector: boolean): string =>
  isVector
    ? wgsl`
      fn put_${name}(base: u32, d: u32, value: vec4<f32>) {
        store4_${name}(base + 4u * d, value);
      }
    `
    : wgsl`
      fn put_${name}(base: u32, d: u32, value: vec4<f32>) {
        for (var i = 0u; i < 4u && 4u * d + i < HEAD_DIM; i++) {
          store_${name}(base + 4u * d + i, value[i]);
        }
      }
    `;

/**
 * `main` of kernels whose invocations own a few neighbouring queries: `body` finds head, sequence, first query,
 * strides.
 */
export const queriesMain = (body: string): string => ownersMain("heads", "head", "QUERIES", [KEY_BASE, body]);

/** Where the keys of a query's head start. */
const KEY_BASE = "let key_base = sequence * args.length * key_stride + head * args.key_heads / args.heads * HEAD_DIM;";

/**
 * `main` of kernels whose invocations own a few neighbouring keys: `body` finds key head, sequence, first key, strides.
 */
export const keysMain = (body: string): string => ownersMain("key_heads", "key_head", "KEYS", [body]);

const ownersMain = (heads: string, head: string, owned: string, body: readonly string[]) =>
  wgsl`
    @compute @workgroup_size(LANES)
    fn main(
      @builtin(workgroup_id) id: vec3<u32>,
      @builtin(num_workgroups) groups: vec3<u32>,
      @builtin(local_invocation_index) lane: u32,
    ) {
      let group = place_of(id, groups);
      if (!is_in_grid(group)) {
        return;
      }
      let ${head} = group.y % args.${heads};
      let sequence = group.y / args.${heads};
      let first = (group.x * LANES + lane) * ${owned};
      if (first >= args.length) {
        return;
      }
      let stride = args.heads * HEAD_DIM;
      let key_stride = args.key_heads * HEAD_DIM;
      ${body}
    }
  `;

/** Query `i` of an invocation: its position and where its vector starts. */
export const queryPlace = (i: number): string =>
  wgsl`
    let position_${i} = min(first + ${i}u, args.length - 1u);
    let row_${i} = (sequence * args.length + position_${i}) * stride + head * HEAD_DIM;
  `;
