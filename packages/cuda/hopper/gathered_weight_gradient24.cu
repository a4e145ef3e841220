// weight_gradient24 of tokens as they come: row r of X is row order[r] / replicas of `rows` [any, D], zeros where order
// is negative. Parameters, tensor map, launch: README.md, "Products".
#include "product.cuh"

GATHERED_PRODUCT(gathered_weight_gradient24, TOKENS_ARE_DEPTH, true, 256, 192, 64, 5)
GATHERED_PRODUCT(gathered_weight_gradient24_narrow, TOKENS_ARE_DEPTH, true, 256, 128, 64, 6)
