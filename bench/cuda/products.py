"""Launches of the product family, straight from packages/cuda/kernels/README.md."""
import torch

from driver import Kernel, tensor_map

COLUMNS, ROWS, DEPTH = "TOKENS_ARE_COLUMNS", "TOKENS_ARE_ROWS", "TOKENS_ARE_DEPTH"


class Product:
    def __init__(self, image, name, kind, sparse, block_m, block_n, depth, stages, cluster_m, cluster_n):
        self.kind, self.sparse, self.block_m, self.block_n, self.depth = kind, sparse, block_m, block_n, depth
        self.cluster_m, self.cluster_n, self.name = cluster_m, cluster_n, name
        self.packed = depth // 2 if sparse else depth
        blocks = block_m // 128
        store = {COLUMNS: 32 * (blocks * 128 + 16), ROWS: 64 * 144, DEPTH: 0}[kind]
        shared = stages * (block_m * self.packed * 2 + block_n * depth * 2) + 2 * store + stages * 16 + 1024
        self.kernel = Kernel(image, name, shared)

    def prepare(self, a, b, metadata, out, offsets, neurons, features, metadata_rows=0, row_map=None, accumulate=0):
        if self.kind == DEPTH:
            map_a = tensor_map(a, a.shape[1], a.shape[0], 64, self.packed, 128)
        else:
            map_a = tensor_map(a, a.shape[1], a.shape[0], self.packed, self.block_m // self.cluster_n,
                               128 if self.packed == 64 else 64)
        if self.kind == COLUMNS:
            map_b = tensor_map(b, b.shape[1], b.shape[0], 64, self.block_n // self.cluster_m, 128)
        else:
            map_b = tensor_map(b, b.shape[1], b.shape[0], 64, self.depth // self.cluster_m, 128)
        cluster = self.cluster_m * self.cluster_n
        processors = torch.cuda.get_device_properties(0).multi_processor_count
        return self.kernel.prepare((processors // cluster * cluster, 1, 1), (384, 1, 1), map_a, map_b, metadata, out, offsets,
                                   row_map, offsets.numel() - 1, neurons, features, metadata_rows, accumulate)
