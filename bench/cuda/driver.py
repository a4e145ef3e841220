"""The CUDA driver API through ctypes: load kernels, make tensor maps, launch, time. Torch only holds the memory."""

import ctypes
import statistics

import torch

_cuda = ctypes.CDLL("libcuda.so.1")
torch.cuda.init()
torch.zeros(1, device="cuda")  # makes the primary context current


def check(status, what):
    if status != 0:
        text = ctypes.c_char_p()
        _cuda.cuGetErrorString(status, ctypes.byref(text))
        raise RuntimeError(f"{what}: {status} {text.value}")


class TensorMap(ctypes.Structure):
    _fields_ = [("words", ctypes.c_uint64 * 16)]


def tensor_map(tensor, columns, rows, box_columns, box_rows, swizzle):
    """A row-major bf16 matrix [rows, columns], read in boxes."""
    raw = ctypes.create_string_buffer(128 + 64)
    aligned = (ctypes.addressof(raw) + 63) & ~63
    dims = (ctypes.c_uint64 * 2)(columns, rows)
    strides = (ctypes.c_uint64 * 1)(columns * 2)
    box = (ctypes.c_uint32 * 2)(box_columns, box_rows)
    ones = (ctypes.c_uint32 * 2)(1, 1)
    status = _cuda.cuTensorMapEncodeTiled(
        ctypes.c_void_p(aligned),
        9,
        2,
        ctypes.c_void_p(tensor.data_ptr()),
        dims,
        strides,
        box,
        ones,
        0,
        {64: 2, 128: 3}[swizzle],
        3,
        0,
    )
    check(status, f"cuTensorMapEncodeTiled {columns}x{rows} box {box_columns}x{box_rows}")
    copy = TensorMap()
    ctypes.memmove(ctypes.byref(copy), aligned, 128)
    return copy


class Kernel:
    def __init__(self, image, name, shared=0):
        self.image = image + b"\0"
        module, self.function, self.name, self.shared = ctypes.c_void_p(), ctypes.c_void_p(), name, shared
        check(_cuda.cuModuleLoadData(ctypes.byref(module), self.image), f"load {name}")
        check(_cuda.cuModuleGetFunction(ctypes.byref(self.function), module, name.encode()), f"find {name}")
        if shared > 48 * 1024:
            check(_cuda.cuFuncSetAttribute(self.function, 8, shared), f"shared memory of {name}")

    def prepare(self, grid, block, *arguments):
        """A closure that launches on torch's current stream. Tensors pass their address, None a null pointer."""
        values = []
        for argument in arguments:
            if argument is None:
                values.append(ctypes.c_void_p(0))
            elif isinstance(argument, torch.Tensor):
                values.append(ctypes.c_void_p(argument.data_ptr()))
            elif isinstance(argument, TensorMap):
                values.append(argument)
            elif isinstance(argument, float):
                values.append(ctypes.c_float(argument))
            else:
                values.append(ctypes.c_int(argument))
        pointers = (ctypes.c_void_p * len(values))(*[ctypes.addressof(value) for value in values])

        def launch(keep=(arguments, values)):
            stream = ctypes.c_void_p(torch.cuda.current_stream().cuda_stream)
            status = _cuda.cuLaunchKernel(self.function, *grid, *block, self.shared, stream, pointers, None)
            check(status, f"launch {self.name} grid {grid}")

        return launch


_flush = None


def flush_l2():
    global _flush
    if _flush is None:
        _flush = torch.empty(256 << 20, dtype=torch.uint8, device="cuda")
    _flush.zero_()


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
