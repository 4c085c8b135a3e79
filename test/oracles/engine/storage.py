"""Every element type of safetensors, written by its own library with PyTorch: the bytes, and the numbers they stand for."""

import base64

import torch
from fixture import write
from safetensors.torch import save

FLOATS = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
INTEGERS = [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint32, torch.uint16, torch.uint8]
EIGHT_BIT_FLOATS = [torch.float8_e4m3fn, torch.float8_e5m2]

tensors = {}
for dtype in FLOATS:
    tensors[str(dtype)] = torch.tensor([0.0, -0.0, 1.0, -1.5, 3.141592653589793, 65504.0, 1e-7], dtype=torch.float64).to(dtype)
for dtype in INTEGERS:
    info = torch.iinfo(dtype)
    tensors[str(dtype)] = torch.tensor([info.min, 0, 1, 7, info.max], dtype=torch.int64).to(dtype)
tensors["torch.uint64"] = torch.tensor([0, 1, 2**63 - 1], dtype=torch.uint64)
tensors["torch.bool"] = torch.tensor([True, False, True])
for dtype in EIGHT_BIT_FLOATS:
    tensors[str(dtype)] = torch.arange(256, dtype=torch.uint8).view(dtype)

# Texts, because JSON has no NaN, no infinity and no integer beyond 2^53.
values = {
    name: [str(value) for value in (tensor.tolist() if not tensor.is_floating_point() else tensor.to(torch.float64).tolist())]
    for name, tensor in tensors.items()
}
file = base64.b64encode(save(tensors, metadata={"format": "pt"})).decode("ascii")
write("checkpoints/fixtures/storage.json", {"file": file, "values": values}, also=("safetensors",))
