"""Correctness of the sparse-product kernels on the device: bit-equal packing, products against float64, outputs poisoned,
every run twice and compared bit for bit. python3 bench/cuda/check_kernels.py (also under compute-sanitizer)"""

import sys

import torch

from kernels import SHAPES, Kernels
from layouts import keep_two, pack24, prune24, soft_threshold24, words
from products import COLUMNS, ROWS
from products_peer import signed

BF16 = torch.bfloat16
failures = 0


def expect(name, condition, detail=""):
    global failures
    failures += not condition
    print("ok  " if condition else "FAIL", name, detail if not condition else "", flush=True)


def nan(*shape, dtype=BF16):
    return torch.full(shape, float("nan"), dtype=dtype, device="cuda")


def normal(rows, columns):
    return torch.randn(rows, columns, device="cuda").to(BF16)


def integers(values):
    return torch.tensor(values, dtype=torch.int32, device="cuda")


def bits(tensor):
    return tensor.view(torch.int16 if tensor.dtype == BF16 else torch.int32)


def positions(metadata):
    nibble = torch.stack([(metadata >> (4 * i)) & 15 for i in range(8)], -1)
    return (1 << (nibble & 3)) | (1 << (nibble >> 2))


def check_pack_weight(kernels, rows=192, columns=640):
    master = torch.randn(rows, columns, device="cuda")
    master[:, ::5] = 0
    master[3:9] = 1.0
    master[20:40] = (master[20:40] * 2).round() / 2  # ties
    master[60, ::3] = -0.0
    dense, packed, flips = nan(rows, columns), nan(rows, columns // 2), integers([0])
    before = signed(pack24(prune24(torch.randn(rows, columns, device="cuda")))[1])
    metadata = torch.zeros_like(before)
    kernels.pack_weight24(master, dense, packed, metadata, before, flips)()
    values, want = pack24(soft_threshold24(master.to(BF16)))
    changed = positions(want) ^ positions(words(before))
    expect("pack_weight24 dense", torch.equal(bits(dense), bits(master.to(BF16))))
    expect("pack_weight24 values", torch.equal(packed, values))
    expect("pack_weight24 metadata", torch.equal(words(metadata), want))
    expect("pack_weight24 flips", flips.item() == sum((changed >> i) & 1 for i in range(4)).sum().item())


def check_pack_activation(kernels, tokens=512, neurons=384, used=384):
    y1 = normal(tokens, neurons)
    y1[:40] = (y1[:40] * 2).round() / 2
    y1[100:120], y1[130:140] = -1, 1
    relu, squared, squared_tokens = nan(tokens, neurons // 2), nan(tokens, neurons // 2), nan(tokens // 2, neurons)
    metadata = torch.zeros(tokens * neurons // 32, dtype=torch.int32, device="cuda")
    metadata_tokens, offsets = metadata.clone(), integers([0, used])
    kernels.pack_activation24(y1, relu, squared, metadata, squared_tokens, metadata_tokens, offsets)()
    r = torch.relu(y1)
    kept = prune24((r.float() * r.float()).to(BF16).float()).to(BF16)
    kept_relu = torch.where(kept != 0, r, torch.zeros_like(r))
    rows = lambda m: m.reshape(neurons // 128, tokens // 64, 256)[:, : used // 64]
    columns = lambda m: m.reshape(tokens // 128, neurons // 64, 256)[: used // 128]
    values, want = pack24(kept)
    expect("pack_activation24 squared", torch.equal(squared[:used], values[:used]))
    expect("pack_activation24 relu", torch.equal(relu[:used], pack24(kept_relu)[0][:used]))
    expect("pack_activation24 metadata", torch.equal(rows(words(metadata)), rows(want)))
    expect("pack_activation24 leaves the rest", squared[used:].isnan().all().item())
    values, want_tokens = pack24(prune24(kept.t().contiguous().float()).to(BF16))
    expect("pack_activation24 along tokens", torch.equal(squared_tokens[: used // 2], values.t()[: used // 2]))
    expect(
        "pack_activation24 metadata along tokens", torch.equal(columns(words(metadata_tokens)), columns(want_tokens))
    )

    dy2 = normal(tokens, neurons)
    dy2[:64] = (dy2[:64] * 2).round() / 2
    dy1, dy1_tokens, gradient_tokens = nan(tokens, neurons // 2), nan(tokens // 2, neurons), torch.zeros_like(metadata)
    kernels.pack_activation_gradient24(dy2, relu, metadata, dy1, dy1_tokens, gradient_tokens, offsets)()
    full = (2 * dy2.float() * kept_relu.float()).to(BF16)
    mask = (kept.reshape(tokens, -1, 4) != 0).to(BF16)  # the forward mask places the values
    order = pack24((torch.arange(1, 5, device="cuda").to(BF16) * mask).reshape(tokens, neurons))[0].reshape(
        tokens, -1, 2
    )
    index = (order.long() - 1).clamp(min=0)
    gathered = torch.gather(full.reshape(tokens, -1, 4), 2, index)
    gathered = torch.where(order > 0, gathered, torch.zeros_like(gathered)).reshape(tokens, -1)
    expect("pack_activation_gradient24 along neurons", torch.equal(dy1[:used], gathered[:used]))
    values, want = pack24(prune24(full.t().contiguous().float()).to(BF16))
    expect("pack_activation_gradient24 along tokens", torch.equal(dy1_tokens[: used // 2], values.t()[: used // 2]))
    expect(
        "pack_activation_gradient24 metadata along tokens", torch.equal(columns(words(gradient_tokens)), columns(want))
    )


def run_product(product, sparse, counts, row_map, neurons=384, features=640):
    """(output, float64 reference of the rows that must be written, those rows)."""
    experts, starts = len(counts), [0]
    for count in counts:
        starts.append(starts[-1] + count)
    used, tokens, hidden = starts[-1], starts[-1] + 128, experts * neurons
    offsets, x = integers(starts), normal(tokens, features)
    spans = [(slice(starts[e], starts[e + 1]), slice(e * neurons, (e + 1) * neurons)) for e in range(experts)]
    prune = (lambda m: prune24(m.float()).to(BF16)) if sparse else (lambda m: m)
    if product.tokens == COLUMNS:
        w, out = prune(normal(hidden, features)), nan(tokens, neurons)
        a, metadata = pack24(w) if sparse else (w, None)
        rows, want = torch.arange(used, device="cuda"), torch.cat([x[t].double() @ w[c].double().t() for t, c in spans])
        extra = (hidden,)
    elif product.tokens == ROWS:
        act, w, out = prune(normal(tokens, neurons)), normal(hidden, features), nan(tokens, features)
        a, metadata = pack24(act) if sparse else (act, None)
        rows, want = torch.arange(used, device="cuda"), torch.cat([act[t].double() @ w[c].double() for t, c in spans])
        x, extra = w, (tokens, row_map(tokens) if row_map else None)
        if row_map:
            target = extra[1][:used].long()
            rows, want = target[target >= 0], want[target >= 0]
    else:
        act, out = prune(normal(neurons, tokens)), nan(hidden, features, dtype=torch.float32)
        a, metadata = pack24(act) if sparse else (act, None)
        a, rows, extra = a.t().contiguous(), torch.arange(hidden, device="cuda"), (neurons,)
        want = torch.cat([act[:, t].double() @ x[t].double() for t, _ in spans])
    metadata = None if metadata is None else signed(metadata)
    launch = product.prepare(a, x, metadata, out, offsets, neurons, features, *extra)
    launch()
    first = out.clone()
    out.fill_(float("nan"))
    launch()
    expect_same = torch.equal(bits(first), bits(out))
    return out, want, rows, expect_same


def scatter_map(tokens):
    order = torch.randperm(tokens, device="cuda").int()
    order[::7] = -1
    return order


def check_products(kernels):
    for name, (kind, sparse, *_) in SHAPES.items():
        product = kernels.product(name)
        for counts in ([256, 0, 128, 640], [0, 0, 1024, 0], [128, 128, 128, 128], [384]):
            for row_map in (None, scatter_map) if kind == ROWS else (None,):
                out, want, rows, same = run_product(product, sparse, counts, row_map)
                error = ((out[rows].double() - want).norm() / want.norm()).item()
                untouched = torch.ones(len(out), dtype=torch.bool, device="cuda")
                untouched[rows] = False
                good = error < (3e-3 if out.dtype == BF16 else 1e-5) and same and out[untouched].isnan().all().item()
                label = f"{name} {counts}{' scattered' if row_map else ''}"
                expect(label, good, f"relative error {error:.2e}, repeats {same}")


def check_many_tiles(kernels):
    """Several rounds of tiles, the last one whole or cut."""
    for name, (kind, sparse, *_) in SHAPES.items():
        for counts, neurons, features in (([4096, 384, 6144], 1536, 1280), ([2048, 2176], 768, 5120)):
            out, want, rows, same = run_product(kernels.product(name), sparse, counts, None, neurons, features)
            error = ((out[rows].double() - want).norm() / want.norm()).item()
            expect(
                f"{name} {counts} {neurons}x{features}",
                error < (3e-3 if out.dtype == BF16 else 1e-5) and same,
                f"{error:.2e} {same}",
            )


def check_accumulate(kernels):
    product, offsets = kernels.product("weight_gradient24"), integers([0, 128, 128])
    a, metadata = pack24(prune24(torch.randn(128, 128, device="cuda")).to(BF16))
    x, out = normal(128, 128), torch.ones(256, 128, device="cuda")
    columns, words_ = a.t().contiguous(), signed(metadata)
    launch = lambda accumulate: product.prepare(columns, x, words_, out, offsets, 128, 128, 128, None, accumulate)()
    launch(0)
    once = out.clone()
    launch(1)
    expect("weight_gradient24 empty expert writes zeros", (once[128:] == 0).all().item())
    expect("weight_gradient24 accumulates", torch.equal(out, once + once))


def check_identity(kernels):
    """A packed operand times the identity gives it back, bit for bit: every nibble, both selectors, both majors."""
    identity, offsets = torch.eye(128, device="cuda").to(BF16), integers([0, 128])
    a = torch.where(keep_two(torch.rand(128, 32, 4, device="cuda") + 1), 1, 0).reshape(128, 128).to(BF16) * normal(
        128, 128
    )
    packed, metadata = pack24(a)
    metadata = signed(metadata)
    for name, (kind, sparse, *_) in SHAPES.items():
        stored = packed if sparse else a
        operand = stored if kind in (COLUMNS, ROWS) else stored.t().contiguous()
        out = nan(128, 128, dtype=BF16 if kind in (COLUMNS, ROWS) else torch.float32)
        kernels.product(name).prepare(operand, identity, metadata if sparse else None, out, offsets, 128, 128, 128)()
        expect(f"{name} times identity", torch.equal(out.float(), (a.t() if kind == COLUMNS else a).float()))


if __name__ == "__main__":
    torch.manual_seed(torch.seed() % 2**31)
    kernels = Kernels()
    for check in (
        check_pack_weight,
        check_pack_activation,
        check_identity,
        check_accumulate,
        check_products,
        check_many_tiles,
    ):
        check(kernels)
    torch.cuda.synchronize()
    print(f"{failures} failures")
    sys.exit(failures > 0)
