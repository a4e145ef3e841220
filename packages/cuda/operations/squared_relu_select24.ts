import { BYTES_PER_ELEMENT, type SquaredReluSelect24Arguments, type Tensor } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { CudaStorage } from "../memory/storage.ts";
import { gatherClusters } from "./gather_clusters.ts";
import { launchSelection } from "./_selection_launch.ts";
import { launchTiledActivation } from "./_tiled_selection.ts";

/** y2 = relu(y1)² of the two largest of every four neurons, in the forms that the products want. */
export function squaredReluSelect24(context: LaunchContext, args: SquaredReluSelect24Arguments): void {
  const { y1, ...rest } = args;
  const launch = {
    module: "plain/squared_relu_select24" as const,
    name: "squared_relu_select24",
    x: y1,
    readsRelu: false,
    ...rest,
  };
  if (!launchTiledActivation(context, launch)) launchSelection(context, { ...launch, x: sortedRows(context, args) });
}

/** y1 of the sorted tokens: the given one, or a copy in scratch memory of that of all tokens and neurons. */
function sortedRows(context: LaunchContext, { y1, gather, segments, relu }: SquaredReluSelect24Arguments): Tensor {
  if (gather === undefined) return y1;
  const bytes = relu.rows * relu.cols * BYTES_PER_ELEMENT[y1.dtype];
  const storage = new CudaStorage(context.scratch(bytes, "tokens"), bytes);
  const out: Tensor = { shape: [relu.rows, relu.cols], dtype: y1.dtype, storage, offset: 0 };
  gatherClusters(context, { x: y1, ...gather, segments, out });
  return out;
}
