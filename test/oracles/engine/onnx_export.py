"""Small PyTorch models as .onnx files, with their outputs and the gradient of a loss by every initialiser.

Three models in the styles that exporters have: a residual CNN (convolutions with groups, strides and dilations, batch
normalisation, pools, a transposed convolution, bilinear resizing), a transformer over token ids (embedding, RMS and layer
normalisation, masked attention, quick-GELU) and a timm ViT. Each is exported by PyTorch's older exporter (TorchScript, which
writes shape computations as operators), by its newer one (torch.export) as it is, and by that one with its optimiser, which
folds weights into others and so changes which initialisers there are. The loss weighs every output by the cosine of its
number. Everything expected is computed in f64 from f32 weights.
"""

import base64
import io
import warnings

import onnx
import torch
from timm.models.vision_transformer import VisionTransformer
from torch import nn
from torch.nn import functional

from fixture import packed, packed_all, write


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 2, dilation=2, groups=2, bias=False)
        self.norm2 = nn.BatchNorm2d(filters)
        self.short = nn.Conv2d(channels, filters, 1, stride)

    def forward(self, x):
        inner = functional.hardswish(self.norm1(self.conv1(x)))
        return functional.silu(self.norm2(self.conv2(inner)) + self.short(x))


class Network(nn.Module):
    """[batch, 3, 13, 13] → [batch, 5]."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, 1, 1)
        self.norm = nn.BatchNorm2d(4)
        self.block = Block(4, 6, 2)
        self.up = nn.ConvTranspose2d(6, 4, 3, 2, 1, output_padding=1)
        self.group = nn.GroupNorm(2, 4)
        self.head = nn.Linear(4, 5)

    def forward(self, x):
        x = functional.max_pool2d(functional.leaky_relu(self.norm(self.stem(x)), 0.1), 3, 2, 1)
        x = functional.avg_pool2d(self.block(x), 2, 2, ceil_mode=True, count_include_pad=False)
        x = functional.elu(self.group(self.up(x)))
        x = functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.head(functional.adaptive_avg_pool2d(x, 1).flatten(1))


class Transformer(nn.Module):
    """Token ids [batch, tokens] → log-probabilities [batch, 3]."""

    def __init__(self, dim=8, heads=2):
        super().__init__()
        self.heads = heads
        self.embedding = nn.Embedding(11, dim)
        self.positions = nn.Parameter(torch.zeros(1, 6, dim))
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.qkv = nn.Linear(dim, 3 * dim)
        self.out = nn.Linear(dim, dim)
        self.scale = nn.Parameter(torch.ones(dim))
        self.fc1 = nn.Linear(dim, 12)
        self.fc2 = nn.Linear(12, dim)
        self.head = nn.Linear(dim, 3)

    def forward(self, ids):
        x = self.embedding(ids) + self.positions[:, : ids.shape[1]]
        batch, tokens, dim = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(batch, tokens, 3, self.heads, dim // self.heads).permute(2, 0, 3, 1, 4)
        scores = torch.einsum("bhid,bhjd->bhij", q, k) / (dim // self.heads) ** 0.5
        mask = torch.ones(tokens, tokens, dtype=torch.bool).tril()
        mixed = scores.masked_fill(~mask, -1e4).softmax(-1) @ v
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, tokens, dim))
        normed = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.scale
        inner = self.fc1(normed)
        x = x + self.fc2(inner * torch.sigmoid(1.702 * inner))
        return self.head(x.mean(1)).log_softmax(-1)


def vit():
    return VisionTransformer(
        img_size=12, patch_size=4, num_classes=5, embed_dim=12, depth=2, num_heads=3, mlp_ratio=1.5
    )


def randomised(model, seed):
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            centre = 1.0 if ("norm" in name or "group" in name or name == "scale") and name.endswith(("weight", "scale")) else 0.0
            parameter.copy_(centre + 0.3 * torch.randn(parameter.shape))
        for name, buffer in model.named_buffers():
            if buffer.is_floating_point():
                buffer.copy_(0.5 + torch.rand(buffer.shape))
    return model.eval()


STYLES = ("TorchScript", "torch.export", "torch.export, optimised")


def export(model, example, style):
    """The file's bytes, with an open batch. Only the optimised style folds anything into the weights."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if style != "TorchScript":
            program = torch.onnx.export(
                model,
                (example,),
                dynamo=True,
                optimize=style.endswith("optimised"),
                verbose=False,
                input_names=["x"],
                output_names=["y"],
                dynamic_shapes=({0: torch.export.Dim("batch")},),
            )
            made = program.model_proto
        else:
            torch.onnx.export(
                model,
                (example,),
                buffer,
                dynamo=False,
                do_constant_folding=False,
                training=torch.onnx.TrainingMode.PRESERVE,
                opset_version=17,
                input_names=["x"],
                output_names=["y"],
                dynamic_axes={"x": {0: "batch"}},
            )
            made = onnx.load_from_string(buffer.getvalue())
    for node in [*made.graph.node]:
        node.ClearField("doc_string")
        node.ClearField("metadata_props")
    del made.graph.value_info[:]
    onnx.checker.check_model(made)
    return made.SerializeToString()


def case(model, example):
    files = {style: base64.b64encode(export(model, example, style)).decode("ascii") for style in STYLES}
    exact = model.double()
    x = example.double() if example.is_floating_point() else example
    x.requires_grad_(x.is_floating_point())
    y = exact(x)
    weights = torch.cos(torch.arange(y.numel(), dtype=torch.float64)).reshape(y.shape)
    (y * weights).sum().backward()
    gradients = {name: parameter.grad for name, parameter in exact.named_parameters()}
    if x.is_floating_point():
        gradients["x"] = x.grad
    return {"files": files, "x": packed(x), "y": packed(y), "gradients": packed_all(gradients)}


if __name__ == "__main__":
    torch.manual_seed(7)
    cases = {
        "residual CNN": case(randomised(Network(), 1), torch.randn(2, 3, 13, 13)),
        "transformer": case(randomised(Transformer(), 2), torch.randint(0, 11, (2, 6))),
        "timm ViT": case(randomised(vit(), 3), torch.randn(2, 3, 12, 12)),
    }
    write("graph/onnx/fixtures/pytorch-exports.json", {"cases": cases}, also=("onnx", "onnxscript"))
