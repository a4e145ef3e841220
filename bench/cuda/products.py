"""Launches of the product family, straight from packages/cuda/hopper/README.md, their shapes from what the build wrote."""

import torch

from driver import Kernel, tensor_map

COLUMNS, ROWS, DEPTH = "TOKENS_ARE_COLUMNS", "TOKENS_ARE_ROWS", "TOKENS_ARE_DEPTH"


class Product:
    def __init__(self, image, name, tokens, shape):
        self.tokens, self.shape = tokens, shape
        self.kernel = Kernel(image, name, shape["sharedBytes"])

    def _map(self, operand, box):
        return tensor_map(operand, operand.shape[1], operand.shape[0], box["columns"], box["rows"], box["swizzle"])

    def _launcher(self, *arguments):
        processors = torch.cuda.get_device_properties(0).multi_processor_count
        return self.kernel.prepare((processors, 1, 1), (self.shape["threads"], 1, 1), *arguments)

    def prepare(self, a, b, metadata, out, offsets, neurons, features, metadata_rows=0, row_map=None, accumulate=0):
        maps = self._map(a, self.shape["boxA"]), self._map(b, self.shape["boxB"])
        sizes = offsets.numel() - 1, neurons, features, metadata_rows, accumulate
        return self._launcher(*maps, metadata, out, offsets, row_map, *sizes, None)
