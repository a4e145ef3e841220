import type { Operand } from "../packed24.ts";
import { type DType, elementCount, type Tensor } from "../tensor.ts";
import { assertTypeError } from "./close.ts";
import type { ContractContext } from "./contract_context.ts";

/** Powers of two, so that no rounding tells a scaled operand from a scaled result. */
const SCALES = [0.5, 8] as const;

/** An operand with the next scale, or as it is. */
export type Scale = <Kind extends Operand>(operand: Kind) => Kind;

/**
 * A product of two operands with a scale each is, to the last bit, the product times both scales. A device that takes
 * no scales refuses it and writes nothing.
 *
 * @param shape Of the result.
 * @param dtype Of the result.
 * @param multiply Makes the product of two operands that have gone through `scale`.
 */
export async function checkScaledOperands(
  context: ContractContext,
  shape: readonly number[],
  dtype: DType,
  multiply: (out: Tensor, scale: Scale) => void,
): Promise<void> {
  const [plain, out] = [context.output(shape, dtype), context.output(shape, dtype)];
  const scales = SCALES.map((value) => context.input([1], [value], "f32").tensor);
  const scaled: Scale = (operand) => {
    const scale = scales.shift();
    return scale === undefined ? operand : { ...operand, scale };
  };
  multiply(plain, (operand) => operand);
  if (!context.device.takesScales) {
    assertTypeError(() => multiply(out, scaled), "operands with a scale");
    await context.expectSame("out of a refused product", out, new Float32Array(elementCount(shape)).fill(NaN));
    return;
  }
  multiply(out, scaled);
  await context.expectSame("out", out, (await context.read(plain)).map((value) => value * SCALES[0] * SCALES[1]));
}
