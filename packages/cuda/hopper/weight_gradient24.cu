// out[e, C, D] = A_e[T_e, C]^T X_e[T_e, D] in f32, A 2:4 along tokens: products dwOut and dwIn.
// Parameters, tensor maps, launch: README.md, "Products". The number of tiles does not depend on the tokens here, so
// the launcher picks the width that leaves the fewest blocks idle in the last round.
#include "product.cuh"

PRODUCT(weight_gradient24, TOKENS_ARE_DEPTH, true, 256, 192, 64, 5)
PRODUCT(weight_gradient24_narrow, TOKENS_ARE_DEPTH, true, 256, 128, 64, 6)
