"""FGSM and PGD in torch on a small network with a normalisation inside, for evaluation/adversarial/."""

import torch
from torch import nn

from fixture import packed, packed_all, write

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)

CHANNELS, SIDE, HIDDEN, CLASSES, N = 2, 4, 16, 5, 12
MEAN, STD = torch.tensor([0.4, 0.6]), torch.tensor([0.25, 0.5])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(CHANNELS * SIDE * SIDE, HIDDEN)
        self.second = nn.Linear(HIDDEN, CLASSES)

    def forward(self, pixels):
        images = (pixels - MEAN[:, None, None]) / STD[:, None, None]
        return self.second(torch.tanh(self.first(images.flatten(1))))


net = Net()
with torch.no_grad():
    for parameter in net.parameters():
        parameter.copy_((0.6 * torch.randn(parameter.shape)).float().double())
pixels = torch.rand(N, CHANNELS, SIDE, SIDE).float().double()
labels = net(pixels).argmax(1)
labels[::4] = (labels[::4] + 1) % CLASSES


def attack(norm, eps, steps, size):
    """Projected gradient ascent on the cross-entropy of each image, from the image itself."""
    at = pixels.clone()
    for _ in range(steps):
        at = at.detach().requires_grad_(True)
        (gradient,) = torch.autograd.grad(nn.functional.cross_entropy(net(at), labels, reduction="sum"), at)
        flat = gradient.flatten(1)
        if norm == "linf":
            change = (at + size * gradient.sign() - pixels).clamp(-eps, eps)
        else:
            unit = (flat / flat.norm(dim=1, keepdim=True)).view_as(at)
            change = at + size * unit - pixels
            length = change.flatten(1).norm(dim=1)
            change = change * (eps / length).clamp(max=1)[:, None, None, None]
        at = (pixels + change).clamp(0, 1)
    return at.detach()


CASES = [("linf", 0.03, 1, 0.03), ("linf", 0.06, 10, 0.015), ("l2", 0.4, 1, 0.4), ("l2", 0.5, 10, 0.125)]
cases = []
for norm, eps, steps, size in CASES:
    found = attack(norm, eps, steps, size)
    cases.append(
        {
            "norm": norm,
            "eps": eps,
            "steps": steps,
            "stepSize": size,
            "images": packed(found),
            "accuracy": float((net(found).argmax(1) == labels).double().mean()),
        }
    )
at = pixels.clone().requires_grad_(True)
(gradient,) = torch.autograd.grad(nn.functional.cross_entropy(net(at), labels, reduction="sum"), at)
write(
    "evaluation/fixtures/adversarial.json",
    {
        "classes": CLASSES,
        "mean": MEAN.tolist(),
        "std": STD.tolist(),
        "weights": packed_all(dict(net.named_parameters())),
        "pixels": packed(pixels),
        "labels": labels.tolist(),
        "gradient": packed(gradient),
        "cases": cases,
    },
    indent=None,
)
