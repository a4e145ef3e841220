// experts[t] = the k experts of largest dot product, best first, ties to the lowest index.
// Arguments: x, means, experts, tokens, number of experts, features D, k.
import { address, argument, scratch, shareEnd, shareStart } from "./runtime";
import { madd, sumLanes } from "./simd";

function dot(a: usize, b: usize, count: i32): f32 {
  let s0 = f32x4.splat(0), s1 = s0;
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const o = <usize>i << 2;
    s0 = madd(v128.load(a + o), v128.load(b + o), s0);
    s1 = madd(v128.load(a + o, 16), v128.load(b + o, 16), s1);
  }
  let sum = sumLanes(f32x4.add(s0, s1));
  for (; i < count; i++) sum += load<f32>(a + (<usize>i << 2)) * load<f32>(b + (<usize>i << 2));
  return sum;
}

/** Four dot products with one pass over `a`: rows of `b` lie `width` bytes apart. */
function dots(a: usize, b: usize, width: usize, count: i32, scores: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  const b1 = b + width, b2 = b1 + width, b3 = b2 + width;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const o = <usize>i << 2, v = v128.load(a + o);
    s0 = madd(v, v128.load(b + o), s0);
    s1 = madd(v, v128.load(b1 + o), s1);
    s2 = madd(v, v128.load(b2 + o), s2);
    s3 = madd(v, v128.load(b3 + o), s3);
  }
  let d0 = sumLanes(s0), d1 = sumLanes(s1), d2 = sumLanes(s2), d3 = sumLanes(s3);
  for (; i < count; i++) {
    const o = <usize>i << 2, v = load<f32>(a + o);
    d0 += v * load<f32>(b + o);
    d1 += v * load<f32>(b1 + o);
    d2 += v * load<f32>(b2 + o);
    d3 += v * load<f32>(b3 + o);
  }
  store<f32>(scores, d0);
  store<f32>(scores, d1, 4);
  store<f32>(scores, d2, 8);
  store<f32>(scores, d3, 12);
}

/** The first of the largest; NaN marks what is taken, and loses. */
function indexOfLargest(scores: usize, count: i32): i32 {
  let best = -1;
  let largest: f32 = 0;
  for (let e = 0; e < count; e++) {
    const score = load<f32>(scores + (<usize>e << 2));
    if (score == score && (best < 0 || score > largest)) {
      best = e;
      largest = score;
    }
  }
  return max(best, 0);
}

export function routeTokens(): void {
  const x = address(0), means = address(1), experts = address(2);
  const count = argument(4), features = argument(5), slots = argument(6);
  const width = <usize>features << 2, end = shareEnd(argument(3));
  for (let t = shareStart(argument(3)); t < end; t++) {
    const token = x + <usize>t * width;
    let e = 0;
    for (; e + 4 <= count; e += 4) dots(token, means + <usize>e * width, width, features, scratch + (<usize>e << 2));
    for (; e < count; e++) store<f32>(scratch + (<usize>e << 2), dot(token, means + <usize>e * width, features));
    for (let i = 0; i < count; i++) {
      const score = scratch + (<usize>i << 2);
      if (load<f32>(score) != load<f32>(score)) store<f32>(score, -Infinity);
    }
    for (let slot = 0; slot < slots; slot++) {
      const best = indexOfLargest(scratch, count);
      store<i32>(experts + (<usize>(t * slots + slot) << 2), best);
      store<f32>(scratch + (<usize>best << 2), NaN);
    }
  }
}
