import type { Tensor } from "@beyond24/device";
import type { Parameter } from "./parameter.ts";
import type { Tape } from "./tape.ts";
import type { Variable } from "./variable.ts";

/**
 * Rows of a table.
 *
 * @param tape The tape
 * @param tokens Token numbers: i32 [T]
 * @param table [vocabulary, D]
 * @returns [T, D]
 *
 * @example Look up
 * ```ts
 * import { createParameter, embedding, Tape, writeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const table = createParameter(device, "embedding", [2, 2]);
 * writeParameter(device, table, new Float32Array([1, 2, 3, 4]));
 * const tokens = device.tensor([1], "i32");
 * device.write(tokens, new Int32Array([1]));
 * const y = embedding(new Tape(device, device.arena()), tokens, table);
 * assertEquals(await device.read(y.value), new Float32Array([3, 4]));
 * ```
 */
export function embedding(tape: Tape, tokens: Tensor, table: Parameter): Variable {
  const { kernels } = tape.device;
  const [count = 0] = tokens.shape;
  const [, features = 0] = table.shape;
  const y = tape.output(tape.tensor([count, features]));
  kernels.embedding({ tokens, table: table.value, out: y.value });
  tape.record({
    outputs: [y],
    backward: () => {
      if (y.gradient === undefined) return;
      kernels.embeddingBackward({ tokens, dOut: y.gradient, dTable: tape.addingTarget(table) });
    },
  });
  return y;
}
