// The two largest, moved towards zero by the second smallest magnitude; what becomes zero is not kept.
fn select_group(x: vec4<f32>, line: u32, group: u32) -> Kept {
  let k = magnitude_keys(x);
  let threshold = bitcast<f32>(min(max(min(k.x, k.y), min(k.z, k.w)), min(max(k.x, k.y), max(k.z, k.w))));
  let magnitude = abs(x) - vec4<f32>(threshold);
  let shrunk = masked(select(magnitude, -magnitude, x < vec4<f32>(0.0)), keep_two(k));
  return Kept(shrunk * args.scale, non_zero(magnitude_keys(shrunk)));
}
