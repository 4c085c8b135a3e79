"""50 steps of fine-tuning the miniature of training.json in two more ways, from its weights on its batches, in f64.

`sgd`: momentum, decay by layer, a frozen patch embedding and frozen positions, warm-up and a step schedule, clipping.
`drop-path`: AdamW with masks on every residual branch, given by a formula so that both sides have the same ones.
"""

import base64
import json
import math

import numpy
import torch
from torch.nn.functional import cross_entropy

from fixture import ENGINE, packed_all, write
from vit import ARCHITECTURE, CLASSES, miniature

STEPS = 50
CLIP = 1.0
SMOOTHING = 0.1
WARMUP = 5
BATCH = 4
FINAL = ("head.weight", "blocks.0.attn.qkv.weight", "blocks.1.mlp.fc2.weight", "cls_token")

given = json.loads((ENGINE / "training/fixtures/training.json").read_text(encoding="utf-8"))["curve"]
DEPTH = ARCHITECTURE["depth"]


def unpacked(value):
    array = numpy.frombuffer(base64.b64decode(value["f32"]), dtype="<f4").reshape(value["shape"])
    return torch.from_numpy(array.copy()).double()


images, labels = unpacked(given["images"]), torch.tensor(given["labels"])


def layer(name):
    if name.startswith(("cls_token", "pos_embed", "patch_embed.")):
        return 0
    return int(name.split(".")[1]) + 1 if name.startswith("blocks.") else DEPTH + 1


def decays(name, parameter):
    return parameter.ndim > 1 and name not in ("cls_token", "pos_embed")


class Masked(torch.nn.Module):
    """A residual branch times one number an example: timm's drop_path, the numbers given."""

    mask = None

    def forward(self, x):
        return x * self.mask.reshape(-1, 1, 1)


def mask(step, block, branch, example):
    return 0.0 if (step + 3 * block + 2 * branch + example) % 4 == 0 else 4.0 / 3.0


def run(make, rate, scale, decay, frozen, drop):
    model = miniature("cls").double()
    model.load_state_dict({name: unpacked(value) for name, value in given["initial"].items()})
    parameters = {n: p for n, p in model.named_parameters() if not n.startswith(frozen)}
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name in parameters)
    groups = [
        {"params": [p], "weight_decay": decay if decays(n, p) else 0.0, "scale": scale ** (DEPTH + 1 - layer(n))}
        for n, p in parameters.items()
    ]
    optimizer = make(groups)
    masks = {}
    for index, block in enumerate(model.blocks):
        if drop:
            block.drop_path1, block.drop_path2 = masks[index, 0], masks[index, 1] = Masked(), Masked()
    losses, norms = [], []
    for step in range(STEPS):
        part = slice((step % 3) * BATCH, (step % 3 + 1) * BATCH)
        for (block, branch), module in masks.items():
            module.mask = torch.tensor([mask(step, block, branch, example) for example in range(BATCH)]).double()
        for group in optimizer.param_groups:
            group["lr"] = rate(step) * group["scale"]
        optimizer.zero_grad()
        loss = cross_entropy(model(images[part]), labels[part], label_smoothing=SMOOTHING)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(list(parameters.values()), CLIP).item())
        optimizer.step()
        losses.append(loss.item())
    final = dict(model.named_parameters())
    return {"losses": losses, "gradientNorms": norms, "final": packed_all({name: final[name] for name in FINAL})}


def step_rate(step):
    if step < WARMUP:
        return 5e-2 * (step + 1) / WARMUP
    return 5e-2 * 0.2 ** sum(step >= fall for fall in (25, 40))


def cosine_rate(step):
    if step < WARMUP:
        return 3e-3 * (step + 1) / WARMUP
    return 3e-3 * 0.5 * (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP)))


write(
    "training/fixtures/curves.json",
    {
        "sgd": run(
            lambda g: torch.optim.SGD(g, lr=1, momentum=0.9), step_rate, 0.75, 0.05, ("patch_embed.", "pos_embed"), False
        ),
        "dropPath": run(lambda g: torch.optim.AdamW(g, lr=1), cosine_rate, 1.0, 0.05, (), True),
    },
)
