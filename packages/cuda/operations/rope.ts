import type { RopeArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { f32, i32 } from "../driver/pack_arguments.ts";
import { address, commonCount, commonName, matrixSize, requireType, strided } from "../launching/arguments.ts";

/** Rotates the halves of every head by the angles of its position. */
export function rope(context: LaunchContext, args: RopeArguments): void {
  const { x, out, heads, cosines, sines, positions, inverse } = args;
  requireType(cosines, "f32");
  requireType(sines, "f32");
  if (positions !== undefined) requireType(positions, "i32");
  const [sequenceLength, half] = matrixSize(cosines);
  const pairs = commonCount(x, out) / 2;
  context.launch(
    { module: "plain/rope", name: `rope_${commonName(x, out)}` },
    strided(context, pairs, half % 8 === 0 ? 8 : 1),
    [
      address(x),
      address(out),
      address(cosines),
      address(sines),
      i32(pairs),
      i32(heads),
      i32(half),
      i32(sequenceLength),
      f32(inverse ? -1 : 1),
      address(positions),
    ],
  );
}
