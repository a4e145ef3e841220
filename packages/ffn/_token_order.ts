import type { Tape } from "@beyond24/autograd";
import { sortedCapacity, type Tensor } from "@beyond24/device";
import type { FeedForward, SparseFeedForward } from "./feed_forward.ts";
import { groupedProducts, plainProducts, type Products } from "./_products.ts";

/** The order in which a network works through its tokens. */
export interface TokenOrder {
  /** Tokens in this order, `rows` of them. */
  readonly x: Tensor;
  /** Rows: T, or the capacity R of the sorted tokens. */
  readonly rows: number;
  /** Neurons that a row meets: F, or those of a cluster. */
  readonly width: number;
  /** i32 [E + 1], segments of the sorted tokens; missing when the order is the given one. */
  readonly offsets: Tensor | undefined;
  /** The products over these rows; those over neurons go back to the order of the tokens. */
  readonly products: Products;
  /** Brings rows of T tokens into this order; the result belongs to the caller. */
  sort(tokens: Tensor): Tensor;
  /** Gives back what `sort` returned. */
  release(sorted: Tensor): void;
  /** Tensors that live until the end of the backward pass. */
  readonly saved: readonly Tensor[];
}

/** The tokens as they come. */
export function givenOrder(tape: Tape, x: Tensor, layer: FeedForward): TokenOrder {
  const [rows = 0, features = 0] = x.shape;
  return {
    x,
    rows,
    width: layer.neurons,
    offsets: undefined,
    products: plainProducts(tape, rows, features),
    sort: (tokens) => tokens,
    release: () => {},
    saved: [],
  };
}

/** The tokens sorted by the expert that the router chooses for them (paper, section 3.1). */
export function routedOrder(tape: Tape, x: Tensor, layer: FeedForward, sparse: SparseFeedForward): TokenOrder {
  const { kernels } = tape.device;
  const { experts, expertsPerToken, align } = sparse.sizes;
  const [tokens = 0, features = 0] = x.shape;
  const rows = sortedCapacity(tokens * expertsPerToken, experts, align);
  const chosen = tape.tensor([tokens, expertsPerToken], "i32");
  const positions = tape.tensor([tokens, expertsPerToken], "i32");
  const order = tape.tensor([rows], "i32");
  const offsets = tape.tensor([experts + 1], "i32");
  kernels.routeTokens({ x, means: sparse.means, experts: chosen });
  const counts = layer.statistics.expertCounts;
  kernels.groupTokens({ experts: chosen, align, order, positions, offsets, counts });
  tape.arena.recycle(chosen);

  const sort = (unsorted: Tensor): Tensor => {
    const out = tape.tensor([rows, features]);
    kernels.gatherRows({ x: unsorted, order, replicas: expertsPerToken, out });
    return out;
  };
  const sortedX = sort(x);
  return {
    x: sortedX,
    rows,
    width: layer.neurons / experts,
    offsets,
    products: groupedProducts(tape, { order, positions, offsets, align }, features),
    sort,
    release: (sorted) => tape.arena.recycle(sorted),
    saved: [positions, order, offsets, sortedX],
  };
}
