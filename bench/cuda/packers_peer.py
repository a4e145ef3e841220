"""Packers and permutations against the copy bandwidth of the device. python3 bench/cuda/packers_peer.py"""
import torch

from driver import median_ms
from kernels import Kernels

BF16 = torch.bfloat16


def empty(*shape, dtype=BF16):
    return torch.empty(shape, dtype=dtype, device="cuda")


def copy_bandwidth():
    source, target = (empty(1 << 30, dtype=torch.uint8) for _ in range(2))
    return 2 * source.numel() / median_ms(lambda: target.copy_(source)) / 1e6


def measure(kernels, bandwidth, features, hidden, tokens=16384, experts=4):
    neurons = hidden // experts
    words = lambda m, k: torch.zeros(m * k // 32, dtype=torch.int32, device="cuda")
    master = torch.randn(hidden, features, device="cuda")
    y1, x = torch.randn(tokens, neurons, device="cuda").to(BF16), torch.randn(tokens, features, device="cuda").to(BF16)
    dense, packed, metadata = empty(hidden, features), empty(hidden, features // 2), words(hidden, features)
    relu, squared, along, rows, columns = (empty(tokens, neurons // 2), empty(tokens, neurons // 2), empty(tokens // 2, neurons),
                                           words(tokens, neurons), words(tokens, neurons))
    offsets, flips = torch.tensor([0, tokens], dtype=torch.int32, device="cuda"), torch.zeros(1, dtype=torch.int32, device="cuda")
    order, moved = torch.randperm(tokens, device="cuda").int(), empty(tokens, features)
    weight, activation, row = hidden * features, tokens * neurons, tokens * features
    for name, launch, size in (
        ("pack_weight24, dense copy and flips", kernels.pack_weight24(master, dense, packed, metadata, metadata, flips), weight * 7.25),
        ("pack_weight24, packed only", kernels.pack_weight24(master, None, packed, metadata), weight * 5.125),
        ("pack_activation24", kernels.pack_activation24(y1, relu, squared, rows, along, columns, offsets), activation * 5.25),
        ("gate_activation24", kernels.gate_activation24(y1, relu, rows, squared, along, columns, offsets), activation * 5.25),
        ("gather_rows", kernels.permute("gather_rows", x, moved, order), row * 4),
        ("scatter_rows", kernels.permute("scatter_rows", x, moved, order), row * 4),
    ):
        ms = median_ms(launch)
        print(f"  {name}: {ms * 1e3:.1f} us, {size / ms / 1e6:.0f} GB/s, {bandwidth * ms * 1e6 / size:.2f}x the time of a copy", flush=True)


if __name__ == "__main__":
    kernels, bandwidth = Kernels(), copy_bandwidth()
    print(f"device copy: {bandwidth:.0f} GB/s read and written")
    for features, hidden in ((2048, 8192), (4096, 16384)):
        print(f"D = {features}, F = {hidden}, E = 4, 16384 tokens")
        measure(kernels, bandwidth, features, hidden)
