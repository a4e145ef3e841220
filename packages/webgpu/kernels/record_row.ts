import { elementCount, type RecordRowArguments, type Tensor } from "@beyond24/device";
import { type Binding, type Launcher, reads, writes } from "../_launch.ts";
import { each, part, wgsl } from "../_wgsl.ts";

/** One workgroup writes some of the values of a row; the last launch of a row moves the cursor. */
const text = ({ TENSORS, ADVANCES }: { readonly TENSORS: number; readonly ADVANCES: boolean }) =>
  wgsl`
    @compute @workgroup_size(64)
    fn main(@builtin(local_invocation_index) lane: u32) {
      let cursor = load_cursor(0u);
      let start = u32(cursor) % args.rows * args.width;
      ${each(TENSORS, recordValues)}
      ${ADVANCES && ADVANCE}
    }
  `;

const recordValues = (t: number) =>
  wgsl`
    for (var i = lane; i < args.count_${t}; i += 64u) {
      store_ring(start + args.first_${t} + i, f32(load_values_${t}(i)));
    }
  `;

const ADVANCE = wgsl`
  // All have read it.
  storageBarrier();
  if (lane == 0u) {
    store_cursor(0u, cursor + 1);
  }
`;

/** Tensors of one launch: their arguments must have room, too. */
const MOST_TENSORS = 15;

/**
 * Writes the values into row `cursor mod N` of the ring, as many in a launch as buffers can be bound, and moves the
 * cursor.
 */
export function recordRow(launcher: Launcher, { values, ring, cursor }: RecordRowArguments): void {
  const [rows = 1, width = 0] = ring.shape;
  // Ring and cursor are bound as well.
  const size = Math.min(MOST_TENSORS, launcher.mostBuffers - 2);
  let first = 0;
  for (let i = 0; i < values.length; i += size) {
    const some = values.slice(i, i + size);
    const isLast = i + size >= values.length;
    const { tensors, integers, end } = bindValues(some, first);
    launcher.launch({
      kernel: "recordRow",
      text: [part(text, { TENSORS: some.length, ADVANCES: isLast })],
      tensors: { ...tensors, cursor: isLast ? writes(cursor) : reads(cursor), ring: writes(ring) },
      integers: { rows, width, ...integers },
      workgroups: [1, 1, 1],
    });
    first = end;
  }
}

/** Values that lie in a row from `first` on, and where they end. */
function bindValues(values: readonly Tensor[], first: number) {
  const tensors: Record<string, Binding> = {};
  const integers: Record<string, number> = {};
  let end = first;
  values.forEach((tensor, t) => {
    const count = elementCount(tensor.shape);
    tensors[`values_${t}`] = reads(tensor);
    integers[`count_${t}`] = count;
    integers[`first_${t}`] = end;
    end += count;
  });
  return { tensors, integers, end };
}
