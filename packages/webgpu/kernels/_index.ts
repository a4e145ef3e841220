import { wgsl } from "../_wgsl.ts";

/** `index_of` and `is_nan`. */
export const INDEX: string = wgsl`
  // The number of an invocation among all of a launch that uses two dimensions only for want of room in the first.
  fn index_of(id: vec3<u32>, groups: vec3<u32>) -> u32 {
    return id.y * groups.x * 64u + id.x;
  }

  // NaN is told by its bits: compilers may assume that no value is NaN.
  fn is_nan(value: f32) -> bool {
    return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u;
  }
`;
