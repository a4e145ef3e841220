import { BYTES_PER_ELEMENT, elementCount, type Tensor, type TokenGather } from "@beyond24/device";
import { CudaStorage } from "../memory/storage.ts";
import type { LaunchContext } from "../launching/launch_context.ts";
import { matrixSize } from "../launching/arguments.ts";
import { gatherRows } from "./gather_rows.ts";

/** The sorted tokens of a product whose kernel does not gather: the given ones, or a copy in scratch memory. */
export function sortedTokens(
  context: LaunchContext,
  { x, gather }: { readonly x: Tensor; readonly gather?: TokenGather },
): Tensor {
  if (gather === undefined) return x;
  const [, width] = matrixSize(x);
  const rows = elementCount(gather.order.shape);
  const bytes = rows * width * BYTES_PER_ELEMENT[x.dtype];
  const storage = new CudaStorage(context.scratch(bytes, "tokens"), bytes);
  const out: Tensor = { shape: [rows, width], dtype: x.dtype, storage, offset: 0 };
  gatherRows(context, { x, ...gather, out });
  return out;
}
