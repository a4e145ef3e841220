// experts[t] = the k experts of largest dot product, best first, ties to the lowest index.
// Arguments: x, means, experts, tokens, number of experts, features D, k.
import { address, argument, scratch, shareEnd, shareStart } from "./runtime";
import { madd, sumLanes } from "./simd";

/** One dot product, in the order of {@link dots}: a score does not depend on which of the two has computed it. */
function dot(a: usize, b: usize, count: i32): f32 {
  let sums = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const o = <usize>i << 2;
    sums = madd(v128.load(a + o), v128.load(b + o), sums);
  }
  let sum = sumLanes(sums);
  for (; i < count; i++) sum += load<f32>(a + (<usize>i << 2)) * load<f32>(b + (<usize>i << 2));
  return sum;
}

/**
 * Eight dot products: of two rows of `a` and four of `b`, each `width` bytes apart. Scores of the second go to `next`.
 */
function dots(a: usize, b: usize, width: usize, count: i32, scores: usize, next: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, r0 = s0, r1 = s0, r2 = s0, r3 = s0;
  const a1 = a + width, b1 = b + width, b2 = b1 + width, b3 = b2 + width;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const o = <usize>i << 2, v = v128.load(a + o), w = v128.load(a1 + o);
    let m = v128.load(b + o);
    s0 = madd(v, m, s0);
    r0 = madd(w, m, r0);
    m = v128.load(b1 + o);
    s1 = madd(v, m, s1);
    r1 = madd(w, m, r1);
    m = v128.load(b2 + o);
    s2 = madd(v, m, s2);
    r2 = madd(w, m, r2);
    m = v128.load(b3 + o);
    s3 = madd(v, m, s3);
    r3 = madd(w, m, r3);
  }
  storeScores(scores, s0, s1, s2, s3);
  storeScores(next, r0, r1, r2, r3);
  for (; i < count; i++) {
    const o = <usize>i << 2, v = load<f32>(a + o), w = load<f32>(a1 + o);
    for (let e: usize = 0; e < 4; e++) {
      const m = load<f32>(b + e * width + o);
      store<f32>(scores + (e << 2), load<f32>(scores + (e << 2)) + v * m);
      store<f32>(next + (e << 2), load<f32>(next + (e << 2)) + w * m);
    }
  }
}

function storeScores(scores: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  store<f32>(scores, sumLanes(s0));
  store<f32>(scores, sumLanes(s1), 4);
  store<f32>(scores, sumLanes(s2), 8);
  store<f32>(scores, sumLanes(s3), 12);
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

/** Writes the best experts of one token, whose scores are used up. */
export function choose(scores: usize, count: i32, experts: usize, slots: i32): void {
  for (let e = 0; e < count; e++) {
    const score = scores + (<usize>e << 2);
    if (load<f32>(score) != load<f32>(score)) store<f32>(score, -Infinity);
  }
  for (let slot = 0; slot < slots; slot++) {
    const best = indexOfLargest(scores, count);
    store<i32>(experts + (<usize>slot << 2), best);
    store<f32>(scores + (<usize>best << 2), NaN);
  }
}

export function routeTokens(): void {
  const x = address(0), means = address(1), experts = address(2), tokens = argument(3);
  const count = argument(4), features = argument(5), slots = argument(6);
  const width = <usize>features << 2, scores = scratch, next = scratch + (<usize>count << 2);
  // Tokens go in pairs, which no share cuts: a score has the same bits however many threads there are.
  const end = shareEnd((tokens + 1) >> 1) << 1;
  for (let t = shareStart((tokens + 1) >> 1) << 1; t < end; t += 2) {
    const token = x + <usize>t * width, pair = t + 1 < tokens;
    let e = 0;
    if (pair) {
      for (; e + 4 <= count; e += 4) {
        const o = <usize>e << 2;
        dots(token, means + <usize>e * width, width, features, scores + o, next + o);
      }
    }
    for (; e < count; e++) {
      const mean = means + <usize>e * width;
      store<f32>(scores + (<usize>e << 2), dot(token, mean, features));
      if (pair) store<f32>(next + (<usize>e << 2), dot(token + width, mean, features));
    }
    choose(scores, count, experts + (<usize>(t * slots) << 2), slots);
    if (pair) choose(next, count, experts + (<usize>((t + 1) * slots) << 2), slots);
  }
}
