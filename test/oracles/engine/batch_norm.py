"""Running statistics of batch normalisation, estimated again by PyTorch (torch.optim.swa_utils.update_bn) for a network whose
weights were changed, as after averaging. Writes packages/engine/src/soups/batch-norm/fixtures/update-bn.json.

    python test/oracles/engine/batch_norm.py
"""

import base64
import io

import torch
from fixture import packed, write
from torch import nn
from torch.optim.swa_utils import update_bn

BATCH = 6


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 5, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(5)
        self.conv2 = nn.Conv2d(5, 4, 3, stride=2)
        self.norm2 = nn.BatchNorm2d(4)

    def forward(self, x):
        x = torch.relu(self.norm1(self.conv1(x)))
        return torch.relu(self.norm2(self.conv2(x))).mean((2, 3))


def main():
    torch.manual_seed(5)
    net = Net().eval()
    with torch.no_grad():
        for norm in (net.norm1, net.norm2):
            norm.weight.uniform_(0.5, 2)
            norm.bias.normal_()
            norm.running_mean.normal_()
            norm.running_var.uniform_(0.5, 2)
    images = torch.randn(4 * BATCH, 3, 8, 8) * torch.tensor([0.5, 1.0, 2.0])[None, :, None, None] + 0.3
    before = net(images[:3])
    buffer = io.BytesIO()
    options = {"opset_version": 17, "input_names": ["images"], "output_names": ["features"], "dynamo": False}
    axes = {"images": {0: "batch"}, "features": {0: "batch"}}
    training = torch.onnx.TrainingMode.PRESERVE
    torch.onnx.export(
        net, (images[:2],), buffer, dynamic_axes=axes, training=training, do_constant_folding=False, **options
    )
    update_bn(images.split(BATCH), net)
    net.eval()
    statistics = {name: packed(value) for name, value in net.state_dict().items() if "running" in name}
    write(
        "soups/batch-norm/fixtures/update-bn.json",
        {
            "onnx": base64.b64encode(buffer.getvalue()).decode("ascii"),
            "batch": BATCH,
            "images": packed(images),
            "before": packed(before),
            "statistics": statistics,
            "after": packed(net(images[:3])),
        },
    )


main()
