"""One sparse FFN step as the kernels run it (packages/cuda/kernels/README.md, last section), with its buffers."""
import torch

BF16 = torch.bfloat16
SPLITS = 16  # of a cluster's rows, in its mean


def empty(*shape, dtype=BF16):
    return torch.empty(shape, dtype=dtype, device="cuda")


class SparseFfn:
    """Weights packed from f32 masters [F, D]; x and dy [tokens, D] bf16; gradients of the weights f32."""

    def __init__(self, kernels, features, hidden, experts, tokens, w_in, w_out):
        neurons, rows = hidden // experts, (tokens + experts * 127) // 128 * 128
        words = lambda m, k: torch.zeros(m * k // 32, dtype=torch.int32, device="cuda")
        self.w_in, self.w_out = w_in, w_out
        self.x, self.dy, self.y, self.dx = (empty(tokens, features) for _ in range(4))
        self.order = empty(rows, dtype=torch.int32)
        self.positions, self.chosen = empty(tokens, dtype=torch.int32), empty(tokens, dtype=torch.int32)
        self.offsets = empty(experts + 1, dtype=torch.int32)
        self.counts, self.means = empty(experts, dtype=torch.int32), empty(experts, features, dtype=torch.float32)
        self.partial = empty(experts, SPLITS, features, dtype=torch.float32)
        self.group_counts = empty((tokens + 31) // 32 * experts, dtype=torch.int32)
        self.in_dense, self.out_dense = empty(hidden, features), empty(hidden, features)
        self.in_packed, self.out_packed = empty(hidden, features // 2), empty(hidden, features // 2)
        self.in_words, self.out_words = words(hidden, features), words(hidden, features)
        self.xs, self.dys = empty(rows, features), empty(rows, features)
        self.y1 = empty(rows, neurons)  # also dy2
        self.relu, self.y2, self.dy1 = (empty(rows, neurons // 2) for _ in range(3))
        self.y2_tokens, self.dy1_tokens = empty(rows // 2, neurons), empty(rows // 2, neurons)
        self.words, self.y2_words, self.dy1_words = (words(rows, neurons) for _ in range(3))
        self.d_in, self.d_out = empty(hidden, features, dtype=torch.float32), empty(hidden, features, dtype=torch.float32)
        k, sizes = kernels, (neurons, features)
        weight, activation, gradient = (k.product(n) for n in ("weight_product24", "activation_product24", "weight_gradient24"))
        self.pack = [k.pack_weight24(w_in, self.in_dense, self.in_packed, self.in_words),
                     k.pack_weight24(w_out, self.out_dense, self.out_packed, self.out_words)]
        self.route = self._routing(k, tokens, features, experts, neurons, rows)
        ins, outs = (self.in_packed, self.xs, self.in_words), (self.out_packed, self.dys, self.out_words)
        packed = (self.relu, self.y2, self.words, self.y2_tokens, self.y2_words, self.offsets)
        first = [weight.prepare(*ins, self.y1, self.offsets, *sizes, hidden), k.pack_activation24(self.y1, *packed)]
        second = [weight.prepare(*outs, self.y1, self.offsets, *sizes, hidden),
                  k.gate_activation24(self.y1, self.relu, self.words, self.dy1, self.dy1_tokens, self.dy1_words, self.offsets)]
        self.forward = [
            k.permute("gather_rows", self.x, self.xs, self.order), *first,
            activation.prepare(self.y2, self.out_dense, self.words, self.y, self.offsets, *sizes, rows, self.order),
        ]
        self.backward = [
            k.permute("gather_rows", self.dy, self.dys, self.order), *second,
            activation.prepare(self.dy1, self.in_dense, self.words, self.dx, self.offsets, *sizes, rows, self.order),
            gradient.prepare(self.y2_tokens, self.dys, self.y2_words, self.d_out, self.offsets, *sizes, neurons),
            gradient.prepare(self.dy1_tokens, self.xs, self.dy1_words, self.d_in, self.offsets, *sizes, neurons),
        ]

    def _routing(self, k, tokens, features, experts, neurons, rows):
        groups = (tokens + 31) // 32
        return [
            k.routing("cluster_sums").prepare(((features + 511) // 512, experts, SPLITS), (128, 1, 1), self.w_in, self.partial, neurons,
                                              features),
            k.routing("cluster_directions").prepare((experts, 1, 1), (512, 1, 1), self.partial, self.means, features, SPLITS),
            k.routing("route_tokens").prepare((groups, 1, 1), (256, 1, 1), self.x, self.means, self.chosen, self.group_counts, tokens,
                                              features, experts),
            k.routing("route_scan").prepare((1, 1, 1), (1024, 1, 1), self.group_counts, self.counts, self.offsets, self.order, groups,
                                            experts, 128, rows),
            k.routing("route_place").prepare(((tokens + 255) // 256, 1, 1), (256, 1, 1), self.chosen, self.group_counts, self.offsets,
                                             self.order, self.positions, tokens, experts),
        ]

    def step(self, parts=("pack", "route", "forward", "backward")):
        for part in parts:
            for launch in getattr(self, part):
                launch()
