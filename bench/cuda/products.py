"""Launches of the product family, straight from packages/cuda/hopper/README.md."""
import torch

from driver import Kernel, tensor_map

COLUMNS, ROWS, DEPTH = "TOKENS_ARE_COLUMNS", "TOKENS_ARE_ROWS", "TOKENS_ARE_DEPTH"
STAGE_DEPTH = 64


class Product:
    def __init__(self, image, name, tokens, sparse, block_m, block_n, stages):
        self.tokens, self.block_m, self.block_n = tokens, block_m, block_n
        self.packed = STAGE_DEPTH // 2 if sparse else STAGE_DEPTH
        store = {COLUMNS: 32 * (block_m + 16), ROWS: 64 * 144, DEPTH: 0}[tokens]
        stage = block_m * self.packed * 2 + block_n * STAGE_DEPTH * 2
        self.kernel = Kernel(image, name, stages * stage + 2 * store + stages * 16 + 1024)

    def _maps(self, a, b):
        if self.tokens == DEPTH:
            map_a = tensor_map(a, a.shape[1], a.shape[0], 64, self.packed, 128)
        else:
            map_a = tensor_map(a, a.shape[1], a.shape[0], self.packed, 128, 128 if self.packed == 64 else 64)
        box_rows = self.block_n if self.tokens == COLUMNS else STAGE_DEPTH
        return map_a, tensor_map(b, b.shape[1], b.shape[0], 64, box_rows, 128)

    def _launcher(self, *arguments):
        processors = torch.cuda.get_device_properties(0).multi_processor_count
        return self.kernel.prepare((processors, 1, 1), (384, 1, 1), *arguments)

    def prepare(self, a, b, metadata, out, offsets, neurons, features, metadata_rows=0, row_map=None, accumulate=0):
        return self._launcher(*self._maps(a, b), metadata, out, offsets, row_map, offsets.numel() - 1, neurons, features,
                              metadata_rows, accumulate)
