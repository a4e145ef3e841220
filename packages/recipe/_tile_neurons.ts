/** Neurons of a tile of the fast products on GPUs: a cluster of anything else takes several times as long there. */
export const tileNeurons = 128;
