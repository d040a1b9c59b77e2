"""Writes the samples of this folder with PyTorch: each NAME.bin as torch.save gives it, each NAME.safetensors
with the same tensors. Files in refused/ are what the reader has to refuse. Made with PyTorch 1.13.1."""
import json
import struct
from pathlib import Path

import torch

here = Path(__file__).parent
refused = here / "refused"
refused.mkdir(exist_ok=True)

NAMES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
         torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8",
         torch.bool: "BOOL"}


def raw(tensor):
    tensor = tensor.detach().contiguous()
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.view(torch.int16)
    return tensor.numpy().tobytes()


def twin(name, tensors):
    header, data = {}, b""
    for key, tensor in tensors.items():
        values = raw(tensor)
        header[key] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape),
                       "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    (here / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)


def sample(name, tensors):
    torch.save(tensors, here / f"{name}.bin")
    twin(name, tensors)


torch.manual_seed(1)
model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
sample("state_dict", model.state_dict())
sample("single", {"only": torch.randn(5)})
sample("parameters", {"w": torch.nn.Parameter(torch.randn(2, 3)),
                      "frozen": torch.nn.Parameter(torch.randn(4), requires_grad=False)})
base = torch.arange(60, dtype=torch.float32).reshape(3, 4, 5)
sample("strided", {
    "base": base, "transposed": base[0].t(), "permuted": base.permute(2, 0, 1), "every_second": base[:, ::2, 1:],
    "column": base[1, :, 2], "repeated": base[0, 0].expand(3, 5), "scalar": base[2, 3, 4], "none": base[:, :0],
    "tail": base.flatten()[50:], "same": base, "halves": torch.arange(12.).half().reshape(3, 4).t(),
    "bytes": torch.arange(12).to(torch.uint8).reshape(3, 4).t(), "doubles": torch.randn(3, 4).double().t()})
sample("dtypes", {str(dtype).removeprefix("torch."): (torch.randn(7) * 50).abs().to(dtype) for dtype in NAMES})
sample("odd_shapes", {"scalar": torch.tensor(2.5), "empty": torch.zeros(0), "no_rows": torch.zeros(0, 4),
                      "ones": torch.ones(1, 1, 3, 1), "": torch.ones(2), "Grüße/日本": torch.ones(2)})
sample("no_tensors", {})

torch.save(model, refused / "whole_module.bin")
torch.save(model.state_dict(), refused / "before_1_6.bin", _use_new_zipfile_serialization=False)
torch.save(model.state_dict(), refused / "protocol_4.bin", pickle_protocol=4)
torch.save({"state_dict": model.state_dict(), "epoch": 3}, refused / "nested.bin")
torch.save([torch.ones(2)], refused / "list.bin")
torch.save({"w": torch.ones(2, dtype=torch.complex64)}, refused / "complex.bin")
torch.save({"w": torch.ones(2), "config": torch.nn.ReLU()}, refused / "module_beside.bin")
torch.jit.script(model).save(str(refused / "torchscript.bin"))
