import type { Parameter } from "@beyond24/autograd";
import type { Device, Tensor } from "@beyond24/device";
import type { FeedForward } from "./feed_forward.ts";

function permuteRows(device: Device, tensor: Tensor, order: Tensor, scratch: Tensor): void {
  device.kernels.gatherRows({ x: tensor, order, out: scratch });
  device.kernels.copy({ x: scratch, out: tensor });
}

/**
 * Permutes neurons: row i of `wIn`, of `wOut` and of their companions becomes what row `order[i]` was. The function of the
 * network does not change.
 *
 * @param device Where the network lives
 * @param layer The network
 * @param order A permutation of the neurons, F integers
 * @param companions Tensors that are permuted along
 *
 * @example Swap two neurons
 * ```ts
 * import { createFeedForward, permuteNeurons } from "@beyond24/ffn";
 * import { writeParameter } from "@beyond24/autograd";
 * import { createReferenceDevice } from "@beyond24/cpu";
 * import { assertEquals } from "@std/assert";
 *
 * const device = createReferenceDevice();
 * const layer = createFeedForward(device, "mlp", { neurons: 2, features: 1 });
 * writeParameter(device, layer.wIn, new Float32Array([1, 2]));
 * permuteNeurons(device, layer, new Int32Array([1, 0]));
 * assertEquals(await device.read(layer.wIn.weight), new Float32Array([2, 1]));
 * ```
 */
export function permuteNeurons(
  device: Device,
  layer: FeedForward,
  order: Int32Array,
  companions: (parameter: Parameter) => readonly Tensor[] = () => [],
): void {
  const orderTensor = device.tensor([layer.neurons], "i32");
  const scratch = device.tensor([layer.neurons, layer.features], "f32");
  device.write(orderTensor, order);
  for (const parameter of [layer.wIn, layer.wOut]) {
    const { weight, value } = parameter;
    for (const tensor of [weight, ...companions(parameter)]) permuteRows(device, tensor, orderTensor, scratch);
    if (value !== weight) device.kernels.copy({ x: weight, out: value });
  }
  device.free(scratch);
  device.free(orderTensor);
}
