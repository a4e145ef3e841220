"""Peer: one dense training step of the same transformer in PyTorch, eager. Debian's python3-torch does.

Arguments: layers dModel dFfn heads kvHeads headDim vocabulary sequenceLength batchSize threads
"""
import json
import sys
import time


def say(message):
    print(json.dumps(message), flush=True)


try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    say({"skip": f"no PyTorch for {sys.executable} ({error})"})
    sys.exit()

LAYERS, D, FFN, HEADS, KV, HD, VOCABULARY, LENGTH, BATCH, THREADS = map(int, sys.argv[1:11])
torch.set_num_threads(THREADS)
torch.manual_seed(0)


def parameter(*shape):
    return torch.nn.Parameter(torch.randn(*shape) * 0.02)


class Norm(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(D))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * self.weight


def rotate(x, cos, sin):
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


class Layer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm, self.ffn_norm = Norm(), Norm()
        self.q, self.k, self.v = parameter(HEADS * HD, D), parameter(KV * HD, D), parameter(KV * HD, D)
        self.o = parameter(D, HEADS * HD)
        self.w_in, self.w_out = parameter(FFN, D), parameter(FFN, D)

    def forward(self, x, cos, sin, mask):
        n = self.attention_norm(x)
        q = rotate(F.linear(n, self.q).view(BATCH, LENGTH, HEADS, HD).transpose(1, 2), cos, sin)
        k = rotate(F.linear(n, self.k).view(BATCH, LENGTH, KV, HD).transpose(1, 2), cos, sin)
        v = F.linear(n, self.v).view(BATCH, LENGTH, KV, HD).transpose(1, 2)
        k, v = k.repeat_interleave(HEADS // KV, 1), v.repeat_interleave(HEADS // KV, 1)
        if hasattr(F, "scaled_dot_product_attention"):
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = (q @ k.transpose(-2, -1)) * HD**-0.5
            y = torch.softmax(scores.masked_fill(mask, float("-inf")), -1) @ v
        x = x + F.linear(y.transpose(1, 2).reshape(BATCH, LENGTH, HEADS * HD), self.o)
        return x + F.linear(F.linear(self.ffn_norm(x), self.w_in).relu().square(), self.w_out.t())


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.head = parameter(VOCABULARY, D), parameter(VOCABULARY, D)
        self.layers = torch.nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = Norm()
        angles = torch.outer(torch.arange(LENGTH), 500000.0 ** (-torch.arange(0, HD, 2) / HD))
        self.cos, self.sin = angles.cos(), angles.sin()
        self.mask = torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1)

    def forward(self, tokens, targets):
        x = F.embedding(tokens, self.embedding)
        for layer in self.layers:
            x = layer(x, self.cos, self.sin, self.mask)
        logits = F.linear(self.norm(x), self.head)
        return F.cross_entropy(logits.view(-1, VOCABULARY), targets.reshape(-1))


model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1)
batch = torch.randint(0, VOCABULARY, (BATCH, LENGTH + 1))


def step():
    optimizer.zero_grad(set_to_none=True)
    model(batch[:, :-1], batch[:, 1:]).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


step()
say({"name": f"PyTorch {torch.__version__} eager, {THREADS} threads"})
for _ in sys.stdin:
    start = time.perf_counter()
    step()
    say({"ms": (time.perf_counter() - start) * 1000})
