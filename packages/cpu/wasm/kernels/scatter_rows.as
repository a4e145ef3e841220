// out[t] = Σ over slots of x[positions[t, slot]], in slot order.
// A position that x does not have gives all bits set, which is NaN.
// Arguments: x, positions, slots, out, tokens, width in bytes, rows of x.
import { address, argument, shareEnd, shareStart } from "./runtime";

function addRow(row: usize, from: usize, width: usize): void {
  let i: usize = 0;
  for (; i + 16 <= width; i += 16) v128.store(row + i, f32x4.add(v128.load(row + i), v128.load(from + i)));
  for (; i < width; i += 4) store<f32>(row + i, load<f32>(row + i) + load<f32>(from + i));
}

export function scatterRows(): void {
  const x = address(0), positions = address(1), slots = argument(2), out = address(3), width = address(5);
  const end = shareEnd(argument(4));
  for (let t = shareStart(argument(4)); t < end; t++) {
    const row = out + <usize>t * width, position = positions + (<usize>(t * slots) << 2);
    for (let slot = 0; slot < slots; slot++) {
      const place = load<u32>(position + (<usize>slot << 2)), from = x + <usize>place * width;
      if (place >= <u32>argument(6)) {
        memory.fill(row, 0xff, width);
        break;
      }
      if (slot == 0) memory.copy(row, from, width);
      else addRow(row, from, width);
    }
  }
}
