// Attention of single tokens to a cache: no keys are packed, as every one is read once. A thread takes whole heads of
// tokens. Arguments: q, keys, values, places, out, tokens, then the shape of the cache: sequences, length, heads,
// keyValueHeads, headDim.
import { address, argument, shareEnd, shareStart } from "./runtime";
import { exponentials, largestOf } from "./attention";
import { headDim, heads, keyStride, keyValueHeads, length } from "./attention_layout";
import { readShape, scale, sequences, statistics } from "./attention_layout";
import { fillLastVector } from "./score_rows";
import { madd, sumLanes } from "./simd";

/** Dot product of two vectors of a head. */
function dotHead(q: usize, k: usize): f32 {
  let a = f32x4.splat(0), b = a;
  let d = 0;
  for (; d + 8 <= headDim; d += 8) {
    const o = <usize>d << 2;
    a = madd(v128.load(q + o), v128.load(k + o), a);
    b = madd(v128.load(q + o, 16), v128.load(k + o, 16), b);
  }
  let sum = sumLanes(f32x4.add(a, b));
  for (; d < headDim; d++) sum += load<f32>(q + (<usize>d << 2)) * load<f32>(k + (<usize>d << 2));
  return sum;
}

/** out[d] = factor · the sum of weight · value over rows of values, for sixteen of a head's elements, or for one. */
function weighValues(weights: usize, values: usize, count: i32, factor: f32, out: usize): void {
  const factors = f32x4.splat(factor), end = weights + (<usize>count << 2);
  let d = 0;
  for (; d + 16 <= headDim; d += 16) {
    let v = values + (<usize>d << 2);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let w = weights; w < end; w += 4) {
      const weight = v128.load_splat<f32>(w);
      s0 = madd(weight, v128.load(v), s0);
      s1 = madd(weight, v128.load(v, 16), s1);
      s2 = madd(weight, v128.load(v, 32), s2);
      s3 = madd(weight, v128.load(v, 48), s3);
      v += keyStride;
    }
    const to = out + (<usize>d << 2);
    v128.store(to, f32x4.mul(s0, factors));
    v128.store(to, f32x4.mul(s1, factors), 16);
    v128.store(to, f32x4.mul(s2, factors), 32);
    v128.store(to, f32x4.mul(s3, factors), 48);
  }
  for (; d < headDim; d++) {
    let v = values + (<usize>d << 2);
    let sum: f32 = 0;
    for (let w = weights; w < end; w += 4) {
      sum += load<f32>(w) * load<f32>(v);
      v += keyStride;
    }
    store<f32>(out + (<usize>d << 2), sum * factor);
  }
}

function attendCache(q: usize, keys: usize, values: usize, visible: i32, out: usize): void {
  const weights = statistics, end = weights + (<usize>visible << 2);
  let k = keys;
  for (let w = weights; w < end; w += 4) {
    store<f32>(w, dotHead(q, k));
    k += keyStride;
  }
  fillLastVector(weights, visible, -Infinity);
  const total = exponentials(weights, end, largestOf(weights, end) * scale);
  weighValues(weights, values, visible, 1 / total, out);
}

export function cachedAttention(): void {
  readShape(6);
  const width = <usize>headDim << 2, capacity = sequences * length, end = shareEnd(argument(5) * heads);
  for (let index = shareStart(argument(5) * heads); index < end; index++) {
    const place = load<i32>(address(3) + (<usize>(index / heads) << 2)), row = <usize>index * width;
    if (<u32>place >= <u32>capacity) {
      memory.fill(address(4) + row, 0xff, width);
      continue;
    }
    const position = place % length;
    const first = <usize>(place - position) * keyStride + <usize>(index % heads * keyValueHeads / heads) * width;
    attendCache(address(0) + row, address(1) + first, address(2) + first, position + 1, address(4) + row);
  }
}
