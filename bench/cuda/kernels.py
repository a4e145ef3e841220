"""The kernels of packages/cuda, from the checked-in PTX, and their shapes (packages/cuda/hopper/README.md)."""

import base64
import functools
import gzip
import json
import pathlib

from driver import Kernel
from products import COLUMNS, DEPTH, ROWS, Product

_BUILT = pathlib.Path(__file__).resolve().parents[2] / "packages" / "cuda" / "built"


@functools.cache
def _image(file):
    """PTX of a module, which lies gzipped in base64."""
    return gzip.decompress(base64.b64decode(json.loads((_BUILT / "compute_90a.json").read_text())[f"hopper/{file}"]))


@functools.cache
def _kernel(file, name):
    return Kernel(_image(file), name)


@functools.cache
def _product(name):
    tokens, _, shape = SHAPES[name]
    return Product(_image(name.removesuffix("_narrow")), name, tokens, shape)


# What the tokens of an expert are in its product.
TOKENS = {"weight_product": COLUMNS, "activation_product": ROWS, "weight_gradient": DEPTH}

# Name: what the tokens are, whether the operand a is sparse, and the shape that the kernel was built with.
SHAPES = {
    name: (next(tokens for kind, tokens in TOKENS.items() if name.startswith(kind)), shape["sparse"], shape)
    for name, shape in json.loads((_BUILT / "products.json").read_text()).items()
    if "boxB" in shape
}


class Kernels:
    def product(self, name):
        return _product(name)

    def pack_weight24(self, master, dense, packed, metadata, previous=None, flips=None, scale=1.0):
        rows, columns = master.shape
        return _kernel("pack_weight24", "pack_weight24").prepare(
            (columns // 128, rows // 16, 1),
            (256, 1, 1),
            master,
            dense,
            packed,
            metadata,
            previous,
            flips,
            scale,
            rows,
            columns,
        )

    def pack_activation24(self, y1, relu, squared, metadata, squared_tokens, metadata_tokens, offsets):
        tokens, neurons = y1.shape
        return _kernel("pack_activation24", "pack_activation24").prepare(
            (neurons // 128, tokens // 128, 1),
            (256, 1, 1),
            y1,
            relu,
            squared,
            metadata,
            squared_tokens,
            metadata_tokens,
            offsets[-1:],
            tokens,
            neurons,
        )

    def pack_activation_gradient24(self, dy2, relu, metadata, dy1, dy1_tokens, metadata_tokens, offsets):
        tokens, neurons = dy2.shape
        return _kernel("pack_activation_gradient24", "pack_activation_gradient24").prepare(
            (neurons // 128, tokens // 128, 1),
            (256, 1, 1),
            dy2,
            relu,
            metadata,
            dy1,
            dy1_tokens,
            metadata_tokens,
            offsets[-1:],
            tokens,
            neurons,
        )
