"""The kernels of packages/cuda, from the checked-in PTX, and their shapes (packages/cuda/hopper/README.md)."""
import base64
import functools
import gzip
import pathlib
import re

from driver import Kernel
from products import COLUMNS, DEPTH, ROWS, Product

_BUILT = pathlib.Path(__file__).resolve().parents[2] / "packages" / "cuda" / "built" / "compute_90a.ts"


@functools.cache
def _image(file):
    """PTX of a module: a line of the generated file holds it, gzipped, in base64."""
    packed = re.search(rf'^  "hopper/{file}": "([^"]+)",$', _BUILT.read_text(), re.MULTILINE)
    return gzip.decompress(base64.b64decode(packed[1]))


@functools.cache
def _kernel(file, name):
    return Kernel(_image(file), name)


@functools.cache
def _product(name):
    return Product(_image(name.removesuffix("_narrow")), name, *SHAPES[name])


# name: what the tokens are, sparse, block rows, block columns, stages
SHAPES = {
    "weight_product24": (COLUMNS, True, 256, 192, 5),
    "weight_product": (COLUMNS, False, 256, 128, 4),
    "activation_product24": (ROWS, True, 256, 192, 5),
    "activation_product": (ROWS, False, 256, 128, 4),
    "weight_gradient24": (DEPTH, True, 256, 192, 5),
    "weight_gradient24_narrow": (DEPTH, True, 256, 128, 6),
    "weight_gradient": (DEPTH, False, 256, 128, 4),
}


class Kernels:
    def product(self, name):
        return _product(name)

    def pack_weight24(self, master, dense, packed, metadata, previous=None, flips=None, scale=1.0):
        rows, columns = master.shape
        return _kernel("pack_weight24", "pack_weight24").prepare(
            (columns // 128, rows // 16, 1), (256, 1, 1), master, dense, packed, metadata, previous, flips, scale, rows, columns)

    def pack_activation24(self, y1, relu, squared, metadata, squared_tokens, metadata_tokens, offsets):
        tokens, neurons = y1.shape
        return _kernel("pack_activation24", "pack_activation24").prepare(
            (neurons // 128, tokens // 128, 1), (256, 1, 1), y1, relu, squared, metadata, squared_tokens, metadata_tokens, offsets[-1:],
            tokens, neurons)

    def gate_activation24(self, dy2, relu, metadata, dy1, dy1_tokens, metadata_tokens, offsets):
        tokens, neurons = dy2.shape
        return _kernel("gate_activation24", "gate_activation24").prepare(
            (neurons // 128, tokens // 128, 1), (256, 1, 1), dy2, relu, metadata, dy1, dy1_tokens, metadata_tokens, offsets[-1:], tokens,
            neurons)
