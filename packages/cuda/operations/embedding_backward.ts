import { elementCount, type EmbeddingBackwardArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32, pointer } from "../driver/pack_arguments.ts";
import { address, floatName, matrixSize, requireType } from "../launching/arguments.ts";

const module = "plain/embedding_backward" as const;

/** dTable[tokens[t]] += dOut[t], tokens in order. */
export function embeddingBackward(context: LaunchContext, args: EmbeddingBackwardArguments): void {
  const { tokens, dOut, dTable } = args;
  requireType(tokens, "i32");
  requireType(dTable, "f32");
  const count = elementCount(tokens.shape);
  const [vocabulary, width] = matrixSize(dTable);
  const order = pointer(context.scratch(4 * count));
  const sort = { module, name: "embedding_backward_sort" };
  context.launch(sort, { grid: [Math.ceil(count / 256), 1, 1], block: [256, 1, 1] }, [
    address(tokens),
    order,
    i32(count),
  ]);
  const threads = Math.min(1024, Math.ceil(width / 32) * 32);
  const name = `embedding_backward_${floatName(dOut)}`;
  context.launch({ module, name }, { grid: [count, 1, 1], block: [threads, 1, 1] }, [
    address(tokens),
    order,
    address(dOut),
    address(dTable),
    i32(count),
    i32(width),
    i32(vocabulary),
  ]);
}
