"""Learning rates of torch's schedulers after a linear warm-up, for every step of a short training."""

import torch
from torch.optim.lr_scheduler import ConstantLR, CosineAnnealingLR, LinearLR, MultiStepLR, SequentialLR

from fixture import write

PEAK = 3e-3
STEPS = 40


def rates(warmup, make):
    """Warm-up step s has (s + 1) / warmup of the peak; `make` gives the scheduler of the steps after it."""
    parameter = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=PEAK)
    after = make(optimizer, warmup)
    if warmup == 0:
        schedule = after
    else:
        first = LinearLR(optimizer, start_factor=1 / warmup, end_factor=1.0, total_iters=warmup - 1)
        schedule = SequentialLR(optimizer, [first, after], milestones=[warmup])
    found = []
    for _ in range(STEPS):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return found


CASES = {
    "cosine": ({"floor": 1e-5}, lambda o, w: CosineAnnealingLR(o, STEPS - w, eta_min=1e-5)),
    "constant": ({}, lambda o, w: ConstantLR(o, factor=1.0)),
    "step": (
        {"milestones": [0.5, 0.75], "gamma": 0.2},
        lambda o, w: MultiStepLR(o, [round(STEPS * share) - w for share in (0.5, 0.75)], gamma=0.2),
    ),
}

write(
    "training/fixtures/schedules.json",
    {
        "peak": PEAK,
        "steps": STEPS,
        "cases": [
            {"schedule": name, "warmup": warmup, "settings": settings, "rates": rates(warmup, make)}
            for name, (settings, make) in CASES.items()
            for warmup in (0, 8)
        ],
    },
)
