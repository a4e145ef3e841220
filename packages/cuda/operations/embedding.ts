import { elementCount, type EmbeddingArguments } from "@beyond24/device";
import type { LaunchContext } from "../launching/launch_context.ts";
import { i32 } from "../driver/pack_arguments.ts";
import { address, blockPerRow, floatName, matrixSize, requireType } from "../launching/arguments.ts";

/** out[t] = table[tokens[t]]. */
export function embedding(context: LaunchContext, { tokens, table, out }: EmbeddingArguments): void {
  requireType(tokens, "i32");
  const [vocabulary, width] = matrixSize(table);
  const name = `embedding_${floatName(table)}_${floatName(out)}`;
  const geometry = blockPerRow(elementCount(tokens.shape), width);
  context.launch({ module: "plain/embedding", name }, geometry, [
    address(tokens),
    address(table),
    address(out),
    i32(width),
    i32(vocabulary),
  ]);
}
