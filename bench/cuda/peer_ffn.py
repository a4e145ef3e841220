"""The peer of feed_forward.ts: the dense network in PyTorch, bf16, torch.compile, all three gradients. Device events, medians, random data,
L2 flushed. One line of JSON.

Run: python3 peer_ffn.py [--features 2048] [--neurons 8192] [--tokens 16384] [--rounds 15]
"""

import argparse
import json
import statistics

import torch

options = argparse.ArgumentParser()
for name, default in {"features": 2048, "neurons": 8192, "tokens": 16384, "rounds": 15}.items():
    options.add_argument(f"--{name}", type=int, default=default)
options = options.parse_args()
torch.manual_seed(1)


def random(rows, columns, deviation):
    return (torch.randn(rows, columns, device="cuda") * deviation).to(torch.bfloat16)


x = random(options.tokens, options.features, 1).requires_grad_()
dy = random(options.tokens, options.features, 1)
w_in = random(options.neurons, options.features, options.features**-0.5).requires_grad_()
w_out = random(options.neurons, options.features, options.features**-0.5).requires_grad_()
flush = torch.empty(256 << 20, dtype=torch.uint8, device="cuda")
network = torch.compile(lambda x, w_in, w_out: torch.relu(x @ w_in.t()).square() @ w_out)


def step():
    x.grad = w_in.grad = w_out.grad = None
    network(x, w_in, w_out).backward(dy)


pairs = []
for index in range(options.rounds + 4):
    flush.zero_()
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    start.record()
    step()
    end.record()
    pairs.append((start, end))
torch.cuda.synchronize()
times = [start.elapsed_time(end) for start, end in pairs[4:]]
print(
    json.dumps(
        {
            "what": "feed-forward network",
            "who": "PyTorch, dense, compiled",
            "features": options.features,
            "neurons": options.neurons,
            "tokens": options.tokens,
            "medianMilliseconds": statistics.median(times),
            "fastest": min(times),
            "slowest": max(times),
            "torch": torch.__version__,
            "device": torch.cuda.get_device_name(),
        }
    )
)
