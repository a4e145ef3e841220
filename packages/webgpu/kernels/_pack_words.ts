import { wgsl } from "../_wgsl.ts";

/** What the text depends on. */
export type PackValues = {
  /** Whether groups run along the columns. */
  readonly ALONG_COLUMNS: boolean;
  /** Whether changed mask bits are counted. */
  readonly FLIPS: boolean;
};

/** One invocation packs one word of metadata: a group of four in each of eight neighbouring lines. */
export const packText = ({ ALONG_COLUMNS, FLIPS }: PackValues): string =>
  wgsl`
    struct Kept {
      values: vec4<f32>,
      mask: u32,
    }
    ${FLIPS && SHARED_FLIPS}

    @compute @workgroup_size(64)
    fn main(
      @builtin(global_invocation_id) id: vec3<u32>,
      @builtin(num_workgroups) groups: vec3<u32>,
      @builtin(local_invocation_index) lane: u32,
    ) {
      let index = index_of(id, groups);
      if (index < args.count) {
        pack_word(index);
      }
      ${FLIPS && ADD_FLIPS}
    }

    fn pack_word(index: u32) {
      ${ALONG_COLUMNS ? PLACE_ALONG_COLUMNS : PLACE_ALONG_ROWS}
      let end = min(8u, args.lines - first_line);
      ${FLIPS && "let before = u32(load_packed_words(index));"}
      ${FLIPS && "var flips = 0u;"}
      var word = 0u;
      for (var i = 0u; i < end; i++) {
        let line = first_line + i;
        let kept = select_group(rounded(load_group(line, group)), line, group);
        let nibble = nibble_of(kept.mask);
        store_slots(line, group, slots_of(kept.values, kept.mask, nibble));
        word |= nibble << (4u * i);
        ${FLIPS && "flips += countOneBits(mask_of((before >> (4u * i)) & 15u) ^ mask_of(nibble));"}
      }
      store_packed_words(index, i32(word));
      ${FLIPS && "atomicAdd(&flips_of_group, flips);"}
    }

    ${ALONG_COLUMNS ? GROUPS_ALONG_COLUMNS : GROUPS_ALONG_ROWS}
  `;

const SHARED_FLIPS = wgsl`

  // One addition in memory that all share for each workgroup, not for each invocation.
  var<workgroup> flips_of_group: atomic<u32>;
`;

const ADD_FLIPS = wgsl`
  workgroupBarrier();
  if (lane == 0u) {
    add_flips(0u, i32(atomicLoad(&flips_of_group)));
  }
`;

const PLACE_ALONG_COLUMNS = wgsl`
  let group = index % args.groups;
  let first_line = index / args.groups * 8u;
`;

const PLACE_ALONG_ROWS = wgsl`
  let blocks = (args.lines + 7u) / 8u;
  let group = index / blocks;
  let first_line = index % blocks * 8u;
`;

const GROUPS_ALONG_COLUMNS = wgsl`
  fn load_group(line: u32, group: u32) -> vec4<f32> {
    return load4_x(4u * (line * args.groups + group));
  }

  fn store_slots(line: u32, group: u32, slots: vec2<f32>) {
    store2_packed_values(2u * (line * args.groups + group), slots);
  }
`;

const GROUPS_ALONG_ROWS = wgsl`
  fn load_group(line: u32, group: u32) -> vec4<f32> {
    let first = 4u * group * args.lines + line;
    return vec4<f32>(
      load_x(first), load_x(first + args.lines), load_x(first + 2u * args.lines), load_x(first + 3u * args.lines));
  }

  fn store_slots(line: u32, group: u32, slots: vec2<f32>) {
    let first = 2u * group * args.lines + line;
    store_packed_values(first, slots.x);
    store_packed_values(first + args.lines, slots.y);
  }
`;
