"""Compiles the kernels of packages/cuda with nvcc and names their shapes (packages/cuda/kernels/README.md)."""
import atexit
import pathlib
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

from driver import Kernel
from products import COLUMNS, DEPTH, ROWS, Product

_SOURCES = pathlib.Path(__file__).resolve().parents[2] / "packages" / "cuda"
_OUT = pathlib.Path(tempfile.mkdtemp(prefix="beyond24-"))
atexit.register(shutil.rmtree, _OUT, ignore_errors=True)


def _compile(source):
    image = _OUT / (source.stem + ".cubin")
    subprocess.run(["nvcc", "-std=c++17", "-gencode=arch=compute_90a,code=sm_90a", "-cubin", "-o", image, source], check=True)
    return image


def compile_all(folder="kernels", names=None):
    sources = [s for s in sorted((_SOURCES / folder).glob("*.cu")) if names is None or s.stem in names]
    with ThreadPoolExecutor(8) as pool:
        return {source.stem: image for source, image in zip(sources, pool.map(_compile, sources))}


# name: what the tokens are, sparse, block rows, block columns, stages
SHAPES = {
    "weight_product24": (COLUMNS, True, 256, 192, 5),
    "weight_product": (COLUMNS, False, 256, 128, 4),
    "activation_product24": (ROWS, True, 256, 192, 5),
    "activation_product": (ROWS, False, 256, 128, 4),
    "weight_gradient24": (DEPTH, True, 256, 192, 5),
    "weight_gradient": (DEPTH, False, 256, 128, 4),
}


class Kernels:
    def __init__(self):
        self._images = compile_all()

    def routing(self, name):
        return Kernel(self._images["route"], name)

    def product(self, name):
        return Product(self._images[name], name, *SHAPES[name])

    def pack_weight24(self, master, dense, packed, metadata, previous=None, flips=None, scale=1.0):
        rows, columns = master.shape
        return Kernel(self._images["pack_weight24"], "pack_weight24").prepare(
            ((columns + 255) // 256, rows // 16, 1), (256, 1, 1), master, dense, packed, metadata, previous, flips, scale, rows, columns)

    def pack_activation24(self, y1, relu, squared, metadata, squared_tokens, metadata_tokens, offsets):
        tokens, neurons = y1.shape
        return Kernel(self._images["pack_activation24"], "pack_activation24").prepare(
            (neurons // 128, tokens // 128, 1), (256, 1, 1), y1, relu, squared, metadata, squared_tokens, metadata_tokens, offsets[-1:],
            tokens, neurons)

    def gate_activation24(self, dy2, relu, metadata, dy1, dy1_tokens, metadata_tokens, offsets):
        tokens, neurons = dy2.shape
        return Kernel(self._images["gate_activation24"], "gate_activation24").prepare(
            (neurons // 128, tokens // 128, 1), (256, 1, 1), dy2, relu, metadata, dy1, dy1_tokens, metadata_tokens, offsets[-1:], tokens,
            neurons)

    def permute(self, name, source, target, order):
        return Kernel(self._images["permute_rows"], name).prepare(
            ((order.numel() + 7) // 8, 1, 1), (256, 1, 1), source, target, order, order.numel(), source.shape[1])
