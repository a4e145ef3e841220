struct Kept {
  values: vec4<f32>,
  mask: u32,
}
//# if FLIPS

// One addition in memory that all share for each workgroup, not for each invocation.
var<workgroup> flips_of_group: atomic<u32>;
//# end

// One invocation packs one word of metadata: a group of four in each of eight neighbouring lines.
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
//# if FLIPS
  workgroupBarrier();
  if (lane == 0u) {
    add_flips(0u, i32(atomicLoad(&flips_of_group)));
  }
//# end
}

fn pack_word(index: u32) {
//# if ALONG_COLUMNS
  let group = index % args.groups;
  let first_line = index / args.groups * 8u;
//# end
//# if !ALONG_COLUMNS
  let blocks = (args.lines + 7u) / 8u;
  let group = index / blocks;
  let first_line = index % blocks * 8u;
//# end
  let end = min(8u, args.lines - first_line);
//# if FLIPS
  let before = u32(load_packed_words(index));
  var flips = 0u;
//# end
  var word = 0u;
  for (var i = 0u; i < end; i++) {
    let line = first_line + i;
    let kept = select_group(rounded(load_group(line, group)), line, group);
    let nibble = nibble_of(kept.mask);
    store_slots(line, group, slots_of(kept.values, kept.mask, nibble));
    word |= nibble << (4u * i);
//# if FLIPS
    flips += countOneBits(mask_of((before >> (4u * i)) & 15u) ^ mask_of(nibble));
//# end
  }
  store_packed_words(index, i32(word));
//# if FLIPS
  atomicAdd(&flips_of_group, flips);
//# end
}
//# if ALONG_COLUMNS

fn load_group(line: u32, group: u32) -> vec4<f32> {
  return load4_x(4u * (line * args.groups + group));
}

fn store_slots(line: u32, group: u32, slots: vec2<f32>) {
  store2_packed_values(2u * (line * args.groups + group), slots);
}
//# end
//# if !ALONG_COLUMNS

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
//# end
