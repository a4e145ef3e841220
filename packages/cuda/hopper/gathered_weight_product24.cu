// weight_product24 of tokens as they come: row r of X is row order[r] / replicas of `rows` [any, D], zeros where order
// is negative. Parameters, tensor map, launch: README.md, "Products".
#include "product.cuh"

GATHERED_PRODUCT(gathered_weight_product24, TOKENS_ARE_COLUMNS, true, 256, 192, 64, 5)
