import { address, argument, shareEnd, shareStart } from "./runtime";

/** out[t] = table[tokens[t]]. Arguments: tokens, table, out, number of tokens, width in bytes. */
export function embedding(): void {
  const tokens = address(0), table = address(1), out = address(2), width = address(4), end = shareEnd(argument(3));
  for (let t = shareStart(argument(3)); t < end; t++) {
    const token = load<i32>(tokens + (<usize>t << 2));
    memory.copy(out + <usize>t * width, table + <usize>token * width, width);
  }
}

/**
 * dTable[tokens[t]] += dOut[t], tokens in order: a thread takes columns, so that none adds where another does.
 * Arguments: tokens, dOut, dTable, number of tokens, width D.
 */
export function embeddingBackward(): void {
  const tokens = address(0), dOut = address(1), dTable = address(2), count = argument(3), width = argument(4);
  const start = shareStart((width + 15) >> 4) << 4, end = min(width, shareEnd((width + 15) >> 4) << 4);
  const stride = <usize>width << 2;
  for (let t = 0; t < count; t++) {
    const from = dOut + <usize>t * stride, to = dTable + <usize>load<i32>(tokens + (<usize>t << 2)) * stride;
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
