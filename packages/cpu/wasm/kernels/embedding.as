import { address, argument, shareEnd, shareStart } from "./runtime";

/**
 * out[t] = table[tokens[t]]; all bits set, which is NaN, for a token that the table does not have.
 * Arguments: tokens, table, out, number of tokens, width in bytes, vocabulary.
 */
export function embedding(): void {
  const tokens = address(0), table = address(1), out = address(2), width = address(4), end = shareEnd(argument(3));
  const vocabulary = <u32>argument(5);
  for (let t = shareStart(argument(3)); t < end; t++) {
    const token = load<u32>(tokens + (<usize>t << 2)), row = out + <usize>t * width;
    if (token < vocabulary) memory.copy(row, table + <usize>token * width, width);
    else memory.fill(row, 0xff, width);
  }
}

/**
 * dTable[tokens[t]] += dOut[t], tokens in order: a thread takes columns, so that none adds where another does.
 * A token that the table does not have adds nothing. Arguments: tokens, dOut, dTable, number of tokens, width D,
 * vocabulary.
 */
export function embeddingBackward(): void {
  const tokens = address(0), dOut = address(1), dTable = address(2), count = argument(3), width = argument(4);
  const start = shareStart((width + 15) >> 4) << 4, end = min(width, shareEnd((width + 15) >> 4) << 4);
  const stride = <usize>width << 2;
  for (let t = 0; t < count; t++) {
    const token = load<u32>(tokens + (<usize>t << 2));
    if (token >= <u32>argument(5)) continue;
    const from = dOut + <usize>t * stride, to = dTable + <usize>token * stride;
    let d = start;
    for (; d + 4 <= end; d += 4) {
      const o = <usize>d << 2;
      v128.store(to + o, f32x4.add(v128.load(to + o), v128.load(from + o)));
    }
    for (; d < end; d++) {
      const o = <usize>d << 2;
      store<f32>(to + o, load<f32>(to + o) + load<f32>(from + o));
    }
  }
}
