"""Reference 2:4 packing in torch: what the kernels' buffers must hold, element by element."""

import torch

_LUT = [
    0xE,
    0x8,
    0x9,
    0x4,
    0xE,
    0x8,
    0x9,
    0x4,
    0xE,
    0xC,
    0xD,
    0x4,
    0xE,
    0xC,
    0xD,
    0x4,
]  # keep mask -> nibble (torch's rule)


def keep_two(groups):
    """Mask of the two largest magnitudes in the last dimension (4), ties to the lowest index, zeros never."""
    magnitude = groups.abs()
    beaten = torch.zeros_like(groups, dtype=torch.int32)
    for i in range(4):
        for j in range(4):
            if i != j:
                beats = magnitude[..., j] > magnitude[..., i] if j > i else magnitude[..., j] >= magnitude[..., i]
                beaten[..., i] += beats
    return (beaten < 2) & (magnitude > 0)


def prune24(matrix):
    groups = matrix.reshape(matrix.shape[0], -1, 4)
    return torch.where(keep_two(groups), groups, torch.zeros_like(groups)).reshape(matrix.shape)


def soft_threshold24(matrix):
    """bf16 in, bf16 out; difference in f32."""
    groups = matrix.float().reshape(matrix.shape[0], -1, 4)
    threshold = groups.abs().sort(dim=-1).values[..., 1:2]
    shrunk = (groups.abs() - threshold).clamp(min=0) * groups.sign()
    return (shrunk + 0.0).reshape(matrix.shape).bfloat16()


def pack24(matrix):
    """(packed [rows, cols / 2], metadata words of 64 x 128 tiles) of a matrix with at most two of four non-zero along its rows."""
    rows, columns = matrix.shape
    groups = matrix.reshape(rows, columns // 4, 4)
    bits = (groups != 0).int()
    mask = bits[..., 0] | bits[..., 1] << 1 | bits[..., 2] << 2 | bits[..., 3] << 3
    nibble = torch.tensor(_LUT, device=matrix.device)[mask.long()]
    index = torch.stack((nibble & 3, nibble >> 2), -1)
    packed = torch.gather(groups, 2, index).reshape(rows, columns // 2)
    return packed, metadata_tiles(nibble)


def metadata_tiles(nibble):
    """nibble [rows, columns / 4] -> int64 words in the kernels' order (README: tiles of 64 x 128, rows of tiles first)."""
    rows, groups = nibble.shape
    n = nibble.long().reshape(rows // 64, 4, 2, 8, groups // 32, 4, 2, 4)  # mt, w, hi, q, kt, kb, h, c
    n = n.permute(4, 0, 1, 6, 3, 5, 2, 7)  # kt, mt, w, h, q, kb, hi, c
    shift = torch.arange(2, device=n.device)[:, None] * 16 + torch.arange(4, device=n.device) * 4
    return (n << shift).sum((-1, -2)).reshape(-1)


def words(tensor):
    """int32 metadata as written by a kernel -> int64 words."""
    return tensor.long() & 0xFFFFFFFF
