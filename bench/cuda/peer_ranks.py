"""The peer of ranks.ts: the model of peer_step.py in PyTorch on one GPU or several, a process each. DDP: f32 weights
and gradients, bf16 autocast. FSDP2: bf16 copies of the weights, gradients reduced in f32, weights gathered once a step.
torch.compile of every block and of the loss, fused AdamW, clipping by the global norm. Device events, medians.

Run: python3 peer_ranks.py --kind ddp [--ranks 2] [--layers 22] [--sequences 2] [--length 8192] [--steps 10]
On a machine without GPUs it runs on the CPU through gloo (--compile 0 without a compiler), to try it out.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import torch
import torch.nn.functional as F
from torch import distributed, nn

from peer_step import Block

SIZES = {
    "layers": 22,
    "width": 2048,
    "neurons": 8192,
    "heads": 16,
    "key_heads": 4,
    "head_width": 128,
    "vocabulary": 128256,
    "sequences": 2,
    "length": 8192,
    "steps": 10,
    "ranks": 1,
    "compile": 1,
}
ON_GPU = torch.cuda.is_available()


class Head(nn.Module):
    def __init__(self, width, vocabulary):
        super().__init__()
        self.norm = nn.RMSNorm(width, eps=1e-5)
        self.linear = nn.Linear(width, vocabulary, bias=False)

    def forward(self, x, targets):
        logits = self.linear(self.norm(x))
        return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())


class Model(nn.Module):
    def __init__(self, o):
        super().__init__()
        compiled = torch.compile if o.compile else lambda module: module
        blocks = (Block(o.width, o.neurons, o.heads, o.key_heads, o.head_width) for _ in range(o.layers))
        self.embedding = nn.Embedding(o.vocabulary, o.width)
        self.blocks = nn.ModuleList(compiled(block) for block in blocks)
        self.head = compiled(Head(o.width, o.vocabulary))
        frequencies = 500000.0 ** (-torch.arange(0, o.head_width, 2) / o.head_width)
        angles = torch.outer(torch.arange(o.length).float(), frequencies)
        self.register_buffer("cosines", angles.cos())
        self.register_buffer("sines", angles.sin())
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, tokens, targets):
        x = self.embedding(tokens).to(torch.bfloat16)
        for block in self.blocks:
            x = block(x, self.cosines, self.sines)
        return self.head(x, targets)


def spread(model, kind, rank):
    """The model as all ranks train it, and the context of its forward pass."""
    autocast = torch.autocast("cuda" if ON_GPU else "cpu", torch.bfloat16)
    if kind == "none":
        return model, autocast
    if kind == "ddp":
        from torch.nn.parallel import DistributedDataParallel

        ids = {"device_ids": [rank]} if ON_GPU else {}
        return DistributedDataParallel(model, gradient_as_bucket_view=True, static_graph=True, **ids), autocast
    from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard

    policy = MixedPrecisionPolicy(param_dtype=torch.bfloat16, reduce_dtype=torch.float32)
    for module in [*model.blocks, model.embedding, model.head, model]:
        fully_shard(module, mp_policy=policy, reshard_after_forward=False)
    return model, contextlib.nullcontext()


def measure(o, rank):
    device = torch.device("cuda", rank) if ON_GPU else torch.device("cpu")
    if ON_GPU:
        torch.cuda.set_device(device)
    if o.kind != "none":
        options = {"device_id": device} if ON_GPU else {}
        distributed.init_process_group(
            "nccl" if ON_GPU else "gloo", init_method=f"file://{o.meeting}", rank=rank, world_size=o.ranks, **options
        )
    torch.manual_seed(1)
    torch.set_float32_matmul_precision("high")
    with device:
        model, context = spread(Model(o), o.kind, rank)
        torch.manual_seed(2 + rank)
        tokens, targets = (torch.randint(o.vocabulary, (o.sequences, o.length)) for _ in range(2))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, betas=(0.9, 0.95), weight_decay=0.1, fused=ON_GPU)

    def step():
        with context:
            loss = model(tokens, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0, foreach=True)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss

    times = [timed(step) for _ in range(o.steps + 4)]
    median = statistics.median(each for each, _ in times[4:])
    if rank == 0:
        row = {
            "what": "peer step",
            "kind": o.kind,
            "ranks": o.ranks,
            "layers": o.layers,
            "width": o.width,
            "sequences": o.sequences,
            "length": o.length,
            "medianMilliseconds": median,
            "fastest": min(times[4:])[0],
            "slowest": max(times[4:])[0],
            "tokensPerSecond": round(1000 * o.ranks * o.sequences * o.length / median),
            "loss": times[-1][1],
            "peakGiB": torch.cuda.max_memory_allocated() / 2**30 if ON_GPU else None,
            "torch": torch.__version__,
            "device": torch.cuda.get_device_name() if ON_GPU else "cpu",
        }
        print(json.dumps(row), flush=True)
    if o.kind != "none":
        distributed.destroy_process_group()


def timed(step):
    """Milliseconds and loss of a step."""
    if not ON_GPU:
        start = time.perf_counter()
        loss = step().item()
        return 1000 * (time.perf_counter() - start), loss
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    start.record()
    loss = step()
    end.record()
    torch.cuda.synchronize()
    return start.elapsed_time(end), loss.item()


def start_ranks(count):
    """Runs this program once a rank; when one fails, the others are ended."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, *sys.argv, "--meeting", f"{folder}/meeting"]
        ranks = [subprocess.Popen([*words, "--rank", str(rank)]) for rank in range(count)]
        while any(rank.poll() is None for rank in ranks) and not any(rank.poll() for rank in ranks):
            time.sleep(0.05)
        for rank in ranks:
            if rank.poll() is None:
                rank.kill()
        sys.exit(max(abs(rank.wait()) for rank in ranks))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--kind", choices=["none", "ddp", "fsdp"], default="none")
    options.add_argument("--rank", type=int)
    options.add_argument("--meeting", default=os.devnull)
    for name, default in SIZES.items():
        options.add_argument(f"--{name}", type=int, default=default)
    options = options.parse_args()
    if options.kind == "none" or options.rank is not None:
        measure(options, options.rank or 0)
    else:
        start_ranks(options.ranks)


main()
