"""Optimizers for 100 steps on given gradients: torch's own, and LARS as facebookresearch/moco-v3 defines it.

Seven tensors: matrices, vectors, a token, one that begins at zero and one whose gradient is zero; two of them learn at
half the rate. What decays and what does not are two groups, as in the engine. Computed in f64 from f32 numbers.
"""

import math

import torch

from fixture import packed_all, write

STEPS = 100
SHAPES = {
    "first.weight": (3, 4),
    "first.bias": (5,),
    "token": (1, 1, 4),
    "second.weight": (2, 3),
    "second.bias": (2,),
    "zero.weight": (2, 2),
    "still.weight": (2, 2),
}
PLAIN = {"first.bias", "second.bias", "token"}
HALF = {"first.weight", "first.bias"}


class Lars(torch.optim.Optimizer):
    """g += decay·w; for more than one axis g *= trust·|w|/|g| (1 where a norm is 0); v = momentum·v + g; w -= lr·v."""

    def __init__(self, params, lr, momentum, trust, weight_decay=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum, "trust": trust, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                d = p.grad + group["weight_decay"] * p
                if p.ndim > 1:
                    weight, update = p.norm(), d.norm()
                    if weight > 0 and update > 0:
                        d = d * (group["trust"] * weight / update)
                state = self.state.setdefault(p, {})
                state["v"] = group["momentum"] * state.get("v", torch.zeros_like(p)) + d
                p -= group["lr"] * state["v"]


CASES = {
    "adamw": (lambda g, lr: torch.optim.AdamW(g, lr=lr, betas=(0.9, 0.95)), 1e-2, 0.1, {"beta2": 0.95}),
    "sgd": (lambda g, lr: torch.optim.SGD(g, lr=lr), 2e-2, 0.1, {"momentum": 0}),
    "sgd-momentum": (lambda g, lr: torch.optim.SGD(g, lr=lr, momentum=0.9), 1e-2, 0.1, {"momentum": 0.9}),
    "sgd-nesterov": (
        lambda g, lr: torch.optim.SGD(g, lr=lr, momentum=0.8, nesterov=True),
        1e-2,
        0.1,
        {"momentum": 0.8, "nesterov": True},
    ),
    "sgd-dampening": (
        lambda g, lr: torch.optim.SGD(g, lr=lr, momentum=0.9, dampening=0.4),
        1e-2,
        0.05,
        {"momentum": 0.9, "dampening": 0.4},
    ),
    "lars": (lambda g, lr: Lars(g, lr, 0.9, 0.02), 0.3, 0.05, {"momentum": 0.9, "trustCoefficient": 0.02}),
}


def start(index, shape):
    values = [0.0 if index == 5 else math.sin(1.0 + i + 2.0 * index) for i in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float32).double().reshape(shape)


def gradient(index, shape, step):
    if index == 6:
        return torch.zeros(shape, dtype=torch.float64)
    values = [10.0 ** (i % 4 - 3) * math.sin(0.7 * step + 1.3 * i + 0.1 + index) for i in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def run(make, lr, decay):
    tensors = {name: start(index, shape).requires_grad_() for index, (name, shape) in enumerate(SHAPES.items())}
    groups = [
        {"params": [tensor], "lr": lr * (0.5 if name in HALF else 1.0), "weight_decay": 0.0 if name in PLAIN else decay}
        for name, tensor in tensors.items()
    ]
    optimizer = make(groups, lr)
    for step in range(STEPS):
        for index, (name, shape) in enumerate(SHAPES.items()):
            tensors[name].grad = gradient(index, shape, step)
        optimizer.step()
    return packed_all(tensors)


write(
    "training/fixtures/optimizers.json",
    {
        "steps": STEPS,
        "start": packed_all({name: start(index, shape) for index, (name, shape) in enumerate(SHAPES.items())}),
        "plain": sorted(PLAIN),
        "half": sorted(HALF),
        "cases": [
            {
                "name": name,
                "optimizer": name.split("-")[0],
                "options": options,
                "lr": lr,
                "weightDecay": decay,
                "final": run(make, lr, decay),
            }
            for name, (make, lr, decay, options) in CASES.items()
        ],
    },
)
