/** Shapes that are no multiple of a vector, a workgroup or a block, and one that is. */
export const ELEMENTWISE_SHAPES: readonly (readonly number[])[] = [[17, 257], [1], [3], [64, 64], [2, 3, 5], [70001]];
