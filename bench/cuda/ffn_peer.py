"""Sparse FFN forward + backward against PyTorch's compiled dense FFN, both bf16 with squared ReLU. python3 bench/cuda/ffn_peer.py"""
import statistics
import sys

import torch

from driver import flush_l2
from ffn_chain import BF16, SparseFfn
from kernels import Kernels
from layouts import prune24, soft_threshold24


def dense_ffn(x, w_in, w_out):
    return torch.relu(x @ w_in.t()).square() @ w_out


def reference(ffn, experts):
    """The step in f32 on the same bf16 inputs and roundings; returns y, dx, dwOut, dwIn."""
    hidden, features = ffn.w_in.shape
    neurons = hidden // experts
    y, dx = torch.zeros_like(ffn.x, dtype=torch.float32), torch.zeros_like(ffn.x, dtype=torch.float32)
    d_in, d_out = torch.zeros_like(ffn.w_in), torch.zeros_like(ffn.w_in)
    w_in, w_out = ffn.w_in.to(BF16), ffn.w_out.to(BF16)
    offsets = ffn.offsets.tolist()
    for e in range(experts):
        order = ffn.order[offsets[e]:offsets[e + 1]].long()
        rows, own = order.clamp(min=0), slice(e * neurons, (e + 1) * neurons)
        real = (order >= 0)[:, None]
        x, dy = ffn.x[rows].float() * real, ffn.dy[rows].float() * real
        relu = torch.relu((x @ soft_threshold24(w_in[own]).float().t()).to(BF16).float())
        squared = prune24(relu.square().to(BF16).float())
        kept = torch.where(squared != 0, relu, torch.zeros_like(relu))
        y.index_add_(0, rows, (squared @ w_out[own].float()) * real)
        dy2 = (dy @ soft_threshold24(w_out[own]).float().t()).to(BF16).float()
        dy1 = (2 * dy2 * kept).to(BF16).float()
        dx.index_add_(0, rows, (dy1 @ w_in[own].float()) * real)
        d_out[own] = prune24(squared.t().contiguous()) @ dy
        d_in[own] = prune24(dy1.t().contiguous()) @ x
    return y, dx, d_out, d_in


def interleaved(runs, rounds=15):
    times = {name: [] for name in runs}
    for run in runs.values():
        for _ in range(3):
            run()
    for _ in range(rounds):
        for name, run in runs.items():
            flush_l2()
            start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            start.record()
            run()
            end.record()
            times[name].append((start, end))
    torch.cuda.synchronize()
    return {name: statistics.median(a.elapsed_time(b) for a, b in pairs) for name, pairs in times.items()}


def captured(ffn, parts):
    """The chain as one CUDA graph: the token counts live on the device."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        ffn.step(parts)
    return graph.replay


def measure(kernels, name, features, hidden, experts, tokens=16384):
    torch.manual_seed(1)
    w_in, w_out = (torch.randn(hidden, features, device="cuda") / features**0.5 for _ in range(2))
    ffn = SparseFfn(kernels, features, hidden, experts, tokens, w_in, w_out)
    ffn.x.copy_(torch.randn(tokens, features, device="cuda"))
    ffn.dy.copy_(torch.randn(tokens, features, device="cuda"))
    ffn.step()
    torch.cuda.synchronize()
    if features == 2048:
        for label, got, want in zip(("y", "dx", "dwOut", "dwIn"), (ffn.y, ffn.dx, ffn.d_out, ffn.d_in), reference(ffn, experts)):
            print(f"  {label}: relative error {((got.float() - want).norm() / want.norm()).item():.2e}", flush=True)
    x = ffn.x.clone().requires_grad_()
    dense_in, dense_out = w_in.to(BF16).requires_grad_(), w_out.to(BF16).requires_grad_()
    compiled = torch.compile(dense_ffn)

    def dense():
        x.grad = dense_in.grad = dense_out.grad = None
        compiled(x, dense_in, dense_out).backward(ffn.dy)

    everything = ("pack", "route", "forward", "backward")
    runs = {"dense, torch.compile": dense, "sparse, all": captured(ffn, everything),
            "sparse, weights packed before": captured(ffn, everything[1:]),
            "sparse, packed and routed before": captured(ffn, everything[2:])}
    times = interleaved(runs)
    base = times["dense, torch.compile"]
    print(f"{name} D={features} F={hidden} E={experts} tokens={tokens} counts={ffn.counts.tolist()}")
    for run, ms in times.items():
        print(f"  {run}: {ms * 1e3:.0f} us, {base / ms:.2f}x", flush=True)
    if "--parts" in sys.argv:
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profile:
            for _ in range(5):
                flush_l2()
                ffn.step(everything)
            torch.cuda.synchronize()
        for event in sorted(profile.key_averages(), key=lambda event: -event.device_time_total):
            print(f"    {event.key[:60]}: {event.device_time:.1f} us x {event.count / 5:.0f}", flush=True)


if __name__ == "__main__":
    kernels = Kernels()
    for experts in (4, 8, 16):
        measure(kernels, "1B", 2048, 8192, experts)
        measure(kernels, "7B", 4096, 16384, experts)
