import type { OperandForm } from "./_product_operand.ts";

/** What the text of a product depends on, besides its tile. */
export type ProductValues = {
  /** Whether the left operand is packed. */
  readonly A_PACKED: boolean;
  /** Whether neighbours of the left operand in memory are neighbours in the sum. */
  readonly A_INNER: boolean;
  /** Whether the left operand is read four neighbours at a time. */
  readonly A_VECTOR: boolean;
  /** Whether the right operand is packed. */
  readonly B_PACKED: boolean;
  /** Whether neighbours of the right operand in memory are neighbours in the sum. */
  readonly B_INNER: boolean;
  /** Whether the right operand is read four neighbours at a time. */
  readonly B_VECTOR: boolean;
  /** Whether sums may end between two fours. */
  readonly MASKED: boolean;
  /** Whether the product is selected from instead of stored. */
  readonly SELECTS: boolean;
  /** Whether what is selected along tokens is packed. */
  readonly TOKENS_PACKED: boolean;
  /** Whether four neighbours of the result are stored at a time. */
  readonly OUT_VECTOR: boolean;
};

/** How the left operand is read. */
export function leftForm({ A_PACKED, A_INNER, A_VECTOR }: ProductValues): OperandForm {
  return { isPacked: A_PACKED, isInner: A_INNER, isVector: A_VECTOR };
}

/** How the right operand is read. */
export function rightForm({ B_PACKED, B_INNER, B_VECTOR }: ProductValues): OperandForm {
  return { isPacked: B_PACKED, isInner: B_INNER, isVector: B_VECTOR };
}
