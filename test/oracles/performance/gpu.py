"""PyTorch's side of `npm run bench:gpu`: images a second of the same ViTs on this machine's card.

    python gpu.py [ti|s|b]... [--batch 64] [--steps 20] [--device cuda|cpu]

Eager, AdamW, clipping by the global norm, in f32 and under autocast to f16 with a gradient scaler: what a person who
fine-tunes with AMP has. Prints one line a model and precision.
"""

import argparse
import time

import torch
from peer import CLASSES, SIZES, ViT
from torch.nn import functional as F


def measure(size, half, batch, steps, device):
    torch.manual_seed(0)
    model = ViT(*SIZES[size]).to(device)
    images = torch.rand(batch, 3, 224, 224, device=device) * 2 - 1
    labels = torch.arange(batch, device=device) * 61 % CLASSES
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.05)
    scaler = torch.amp.GradScaler(device, enabled=half)

    def wait():
        if device == "cuda":
            torch.cuda.synchronize()

    def train():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device, torch.float16, enabled=half):
            loss = F.cross_entropy(model(images), labels)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()

    def infer():
        with torch.no_grad(), torch.autocast(device, torch.float16, enabled=half):
            model(images)

    rates = []
    for run in (train, infer):
        run()
        run()
        wait()
        began = time.perf_counter()
        for _ in range(steps):
            run()
        wait()
        rates.append(batch * steps / (time.perf_counter() - began))
    precision = "AMP f16" if half else "f32"
    print(f"torch {torch.__version__} ViT-{size} {precision} batch {batch}: training {rates[0]:.1f} img/s, inference {rates[1]:.1f} img/s")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", default=["ti", "s", "b"])
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--device", default="cuda")
    arguments = parser.parse_args()
    for size in arguments.sizes:
        for half in (False, True):
            measure(size, half, arguments.batch, arguments.steps, arguments.device)


main()
