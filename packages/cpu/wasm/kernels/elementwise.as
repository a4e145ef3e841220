// Operations on elements. A thread takes a contiguous share of whole sixteens; the last share has the remainder.
import { address, argument, number, shareEnd, shareStart } from "./runtime";

// @ts-ignore: decorator
@inline
function first(elements: i32): usize {
  return <usize>(shareStart((elements + 15) >> 4)) << 6;
}

// @ts-ignore: decorator
@inline
function last(elements: i32): usize {
  return <usize>min(elements, shareEnd((elements + 15) >> 4) << 4) << 2;
}

/** out = a + b. Arguments: a, b, out, elements. */
export function add(): void {
  const a = address(0), b = address(1), out = address(2), end = last(argument(3));
  let i = first(argument(3));
  for (; i + 16 <= end; i += 16) v128.store(out + i, f32x4.add(v128.load(a + i), v128.load(b + i)));
  for (; i < end; i += 4) store<f32>(out + i, load<f32>(a + i) + load<f32>(b + i));
}

/** out = x. Arguments: x, out, elements of 4 bytes. */
export function copy(): void {
  const i = first(argument(2)), end = last(argument(2));
  if (end > i) memory.copy(address(1) + i, address(0) + i, end - i);
}

/** out = value. Arguments: out, elements, value (f32 or i32: the same bits). */
export function fill(): void {
  const out = address(0), end = last(argument(1)), value = argument(2), values = i32x4.splat(value);
  let i = first(argument(1));
  for (; i + 16 <= end; i += 16) v128.store(out + i, values);
  for (; i < end; i += 4) store<i32>(out + i, value);
}

/** out = max(x, 0)². Arguments: x, out, elements. */
export function squaredRelu(): void {
  const x = address(0), out = address(1), end = last(argument(2)), zero = f32x4.splat(0);
  let i = first(argument(2));
  for (; i + 16 <= end; i += 16) {
    const r = f32x4.max(v128.load(x + i), zero);
    v128.store(out + i, f32x4.mul(r, r));
  }
  for (; i < end; i += 4) {
    const r = max<f32>(load<f32>(x + i), 0);
    store<f32>(out + i, r * r);
  }
}

/** dX = 2 · dOut · max(x, 0). Arguments: x, dOut, dX, elements. */
export function squaredReluBackward(): void {
  const x = address(0), dOut = address(1), dX = address(2), end = last(argument(3)), zero = f32x4.splat(0);
  let i = first(argument(3));
  for (; i + 16 <= end; i += 16) {
    const r = f32x4.max(v128.load(x + i), zero);
    v128.store(dX + i, f32x4.mul(v128.load(dOut + i), f32x4.add(r, r)));
  }
  for (; i < end; i += 4) store<f32>(dX + i, load<f32>(dOut + i) * (2 * max<f32>(load<f32>(x + i), 0)));
}
