// One invocation packs one word of metadata: a group of four in each of eight neighbouring lines.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = index_of(id, groups);
  if (index >= args.count) {
    return;
  }
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
    let x = rounded(vec4<f32>(
      load_x(place(line, group, 0u)), load_x(place(line, group, 1u)),
      load_x(place(line, group, 2u)), load_x(place(line, group, 3u))));
    let kept = select_group(x);
    let nibble = nibble_of(kept.mask);
    let slots = slots_of(kept.values, kept.mask, nibble);
    word |= nibble << (4u * i);
//# if ALONG_COLUMNS
    let target_index = line * 2u * args.groups + 2u * group;
    store_packed_values(target_index, slots.x);
    store_packed_values(target_index + 1u, slots.y);
//# end
//# if !ALONG_COLUMNS
    store_packed_values(2u * group * args.lines + line, slots.x);
    store_packed_values((2u * group + 1u) * args.lines + line, slots.y);
//# end
//# if FLIPS
    flips += countOneBits(mask_of((before >> (4u * i)) & 15u) ^ mask_of(nibble));
//# end
  }
  store_packed_words(index, i32(word));
//# if FLIPS
  add_flips(0u, i32(flips));
//# end
}

fn place(line: u32, group: u32, element: u32) -> u32 {
//# if ALONG_COLUMNS
  return (line * args.groups + group) * 4u + element;
//# end
//# if !ALONG_COLUMNS
  return (4u * group + element) * args.lines + line;
//# end
}

struct Kept {
  values: vec4<f32>,
  mask: u32,
}
