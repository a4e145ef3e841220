"""2:4 products against cuBLASLt and cuSPARSELt (through PyTorch), interleaved. python3 bench/cuda/products_peer.py"""

import torch

from driver import interleaved
from kernels import Kernels
from layouts import pack24, prune24, soft_threshold24

BF16 = torch.bfloat16


def signed(words):
    return torch.where(words >= 2**31, words - 2**32, words).int()


def table(title, operations, times, base):
    print(title)
    for name, ms in times.items():
        print(
            f"  {name}: {ms * 1e3:.1f} us, {operations / ms / 1e9:.0f} TFLOP/s of the dense product, {base / ms:.3f}x",
            flush=True,
        )


def figure6(kernels, tokens=4096, hidden=16384, features=4096):
    """The weight product; conversion = soft threshold of the f32 master and packing."""
    x = torch.randn(tokens, features, device="cuda").to(BF16)
    master = torch.randn(hidden, features, device="cuda")
    w = master.to(BF16)
    packed = torch.empty(hidden, features // 2, dtype=BF16, device="cuda")
    words = torch.zeros(hidden * features // 32, dtype=torch.int32, device="cuda")
    pack = kernels.pack_weight24(master, None, packed, words)
    pack()
    out = torch.empty(tokens, hidden, dtype=BF16, device="cuda")
    offsets = torch.tensor([0, tokens], dtype=torch.int32, device="cuda")
    product = kernels.product("weight_product24").prepare(packed, x, words, out, offsets, hidden, features, hidden)
    dense = kernels.product("weight_product").prepare(w, x, None, out, offsets, hidden, features)
    compressed = torch._cslt_compress(soft_threshold24(w))
    algorithm = torch._cslt_sparse_mm_search(compressed, x.t())

    def both():
        pack()
        product()

    runs = {
        "cuBLASLt x @ w.t()": lambda: x @ w.t(),
        "cuBLASLt w @ x.t()": lambda: w @ x.t(),
        f"cuSPARSELt, search (alg {algorithm})": lambda: torch._cslt_sparse_mm(compressed, x.t(), alg_id=algorithm),
        "weight_product24": product,
        "pack_weight24 alone": pack,
        "pack + product": both,
        "weight_product (dense)": dense,
    }
    times = interleaved(runs)
    table(
        f"Figure 6: ({tokens}, {hidden}, {features})",
        2 * tokens * hidden * features,
        times,
        min(list(times.values())[:2]),
    )


def figure7(kernels, tokens, hidden=16384, features=4096):
    """V:N:M activations [tokens, hidden] times the dense weight [hidden, features]."""
    w = torch.randn(hidden, features, device="cuda").to(BF16)
    y = torch.randn(tokens, hidden, device="cuda").to(BF16)
    out = torch.empty(tokens, features, dtype=BF16, device="cuda")
    runs = {"cuBLASLt": lambda: y @ w}
    for experts in (4, 8, 16):
        neurons = hidden // experts
        a, words = pack24(prune24(torch.randn(tokens, neurons, device="cuda")).to(BF16))
        offsets = torch.arange(experts + 1, device="cuda", dtype=torch.int32) * (tokens // experts)
        runs[f"activation_product24, M = {4 * experts}, {100 - 50 / experts} %"] = kernels.product(
            "activation_product24"
        ).prepare(a, w, signed(words), out, offsets, neurons, features, tokens)
    times = interleaved(runs)
    table(
        f"Figure 7: V:2:M [{tokens}, {hidden}] x [{hidden}, {features}]",
        2 * tokens * hidden * features,
        times,
        times["cuBLASLt"],
    )


if __name__ == "__main__":
    torch.manual_seed(2)
    kernels = Kernels()
    figure6(kernels)
    figure7(kernels, 4096)
    figure7(kernels, 16384)
