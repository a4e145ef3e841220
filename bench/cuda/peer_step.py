"""The peer of step.ts: the same model and shapes in PyTorch. f32 master weights, bf16 autocast, torch.compile of every
block and of the loss, one attention backend (cuDNN's, as ours is), fused AdamW, clipping by the global norm. Device
events, medians.

Run: python3 peer_step.py [--layers 22] [--sequences 2] [--length 8192] [--steps 10] [--attention cudnn|flash|any]
"""

import argparse
import json
import statistics

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

# What scaled_dot_product_attention may choose from: by itself it takes another one with another release or shape.
BACKENDS = {
    "cudnn": [SDPBackend.CUDNN_ATTENTION],
    "flash": [SDPBackend.FLASH_ATTENTION],
    "any": [SDPBackend.CUDNN_ATTENTION, SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH],
}


def rotate(x, cosines, sines):
    a, b = x.chunk(2, dim=-1)
    return torch.cat((a * cosines - b * sines, b * cosines + a * sines), dim=-1).to(x.dtype)


class Block(nn.Module):
    def __init__(self, width, neurons, heads, key_heads, head_width):
        super().__init__()
        self.sizes = heads, key_heads, head_width
        self.attention_norm = nn.RMSNorm(width, eps=1e-5)
        self.query = nn.Linear(width, heads * head_width, bias=False)
        self.key = nn.Linear(width, key_heads * head_width, bias=False)
        self.value = nn.Linear(width, key_heads * head_width, bias=False)
        self.output = nn.Linear(heads * head_width, width, bias=False)
        self.ffn_norm = nn.RMSNorm(width, eps=1e-5)
        self.w_in = nn.Linear(width, neurons, bias=False)
        self.w_out = nn.Linear(neurons, width, bias=False)

    def forward(self, x, cosines, sines):
        heads, key_heads, head_width = self.sizes
        batch, length, _ = x.shape
        normed = self.attention_norm(x)
        q = self.query(normed).view(batch, length, heads, head_width).transpose(1, 2)
        k = self.key(normed).view(batch, length, key_heads, head_width).transpose(1, 2)
        v = self.value(normed).view(batch, length, key_heads, head_width).transpose(1, 2)
        q, k = rotate(q, cosines, sines), rotate(k, cosines, sines)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=key_heads != heads)
        x = x + self.output(y.transpose(1, 2).reshape(batch, length, -1))
        return x + self.w_out(F.relu(self.w_in(self.ffn_norm(x))).square())


def head_loss(x, norm, head, targets):
    logits = head(norm(x))
    return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())


def main():
    options = argparse.ArgumentParser()
    for name, default in {"layers": 22, "sequences": 2, "length": 8192, "steps": 10, "vocabulary": 128256}.items():
        options.add_argument(f"--{name}", type=int, default=default)
    options.add_argument("--attention", choices=BACKENDS, default="cudnn")
    options = options.parse_args()
    torch.manual_seed(1)
    torch.set_float32_matmul_precision("high")
    width, neurons, heads, key_heads, head_width = 2048, 8192, 16, 4, 128
    with torch.device("cuda"):
        embedding = nn.Embedding(options.vocabulary, width)
        blocks = nn.ModuleList(Block(width, neurons, heads, key_heads, head_width) for _ in range(options.layers))
        norm = nn.RMSNorm(width, eps=1e-5)
        head = nn.Linear(width, options.vocabulary, bias=False)
        modules = nn.ModuleList([embedding, blocks, norm, head])
        for parameter in modules.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)
        angles = torch.outer(
            torch.arange(options.length).float(), 500000.0 ** (-torch.arange(0, head_width, 2) / head_width)
        )
        cosines, sines = angles.cos(), angles.sin()
        tokens = torch.randint(options.vocabulary, (options.sequences, options.length))
        targets = torch.randint(options.vocabulary, (options.sequences, options.length))
    for block in blocks:
        block.compile()
    compiled_loss = torch.compile(head_loss)
    optimizer = torch.optim.AdamW(modules.parameters(), lr=1e-5, betas=(0.9, 0.95), weight_decay=0.1, fused=True)

    def step():
        with torch.autocast("cuda", torch.bfloat16):
            x = embedding(tokens).to(torch.bfloat16)
            for block in blocks:
                x = block(x, cosines, sines)
            loss = compiled_loss(x, norm, head, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(modules.parameters(), 1.0, foreach=True)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss

    times = []
    for index in range(options.steps + 4):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        with sdpa_kernel(BACKENDS[options.attention]):
            loss = step()
        end.record()
        torch.cuda.synchronize()
        if index >= 4:
            times.append(start.elapsed_time(end))
    print(
        json.dumps(
            {
                "what": "peer step",
                "layers": options.layers,
                "sequences": options.sequences,
                "length": options.length,
                "attention": options.attention,
                "medianMilliseconds": statistics.median(times),
                "fastest": min(times),
                "slowest": max(times),
                "loss": loss.item(),
                "peakGiB": torch.cuda.max_memory_allocated() / 2**30,
                "torch": torch.__version__,
                "device": torch.cuda.get_device_name(),
            }
        )
    )


if __name__ == "__main__":
    main()
