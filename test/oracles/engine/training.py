"""torch.optim.AdamW for 100 steps on given gradients, and 50 steps of fine-tuning the miniature ViT of vit.py.

The fine-tuning has everything a recipe has: label smoothing, clipping by the global norm, no decay on vectors, class token
and positions, warm-up and cosine. Computed in f64 from f32 weights and batches.
"""

import math

import torch
from torch.nn.functional import cross_entropy

from fixture import packed, packed_all, write
from vit import ARCHITECTURE, CLASSES, miniature

STEPS = 50
WARMUP = 5
PEAK = 3e-3
DECAY = 0.05
CLIP = 1.0
SMOOTHING = 0.1
BATCH = 4


def rate(step):
    if step < WARMUP:
        return PEAK * (step + 1) / WARMUP
    return PEAK * 0.5 * (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP)))


def adamw():
    """Every coordinate gets sin-shaped gradients of its own, some tiny, some large, some of changing sign."""
    count = 12
    start = torch.tensor([math.sin(1.0 + i) for i in range(count)], dtype=torch.float64, requires_grad=True)
    first = packed(start.clone())
    optimizer = torch.optim.AdamW([start], lr=1e-2, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
    for step in range(100):
        start.grad = torch.tensor(
            [10.0 ** (i % 4 - 2) * math.sin(0.7 * step + 1.3 * i + 0.1) for i in range(count)], dtype=torch.float64
        )
        optimizer.step()
    state = optimizer.state[start]
    return {
        "start": first,
        "lr": 1e-2,
        "weightDecay": 0.1,
        "beta1": 0.9,
        "beta2": 0.95,
        "steps": 100,
        "weights": packed(start),
        "firstMoment": packed(state["exp_avg"]),
        "secondMoment": packed(state["exp_avg_sq"]),
    }


def curve():
    model = miniature("cls")
    weights = packed_all(dict(model.named_parameters()))
    model = model.double()
    plain = [p for n, p in model.named_parameters() if p.ndim <= 1 or n in ("cls_token", "pos_embed")]
    decayed = [p for n, p in model.named_parameters() if p.ndim > 1 and n not in ("cls_token", "pos_embed")]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": DECAY}, {"params": plain, "weight_decay": 0.0}], lr=PEAK
    )
    size = ARCHITECTURE["image"]
    data = torch.randn(3 * BATCH, ARCHITECTURE["channels"], size, size)
    labels = torch.arange(3 * BATCH) % CLASSES
    losses, norms = [], []
    for step in range(STEPS):
        part = slice((step % 3) * BATCH, (step % 3 + 1) * BATCH)
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        optimizer.zero_grad()
        loss = cross_entropy(model(data[part].double()), labels[part], label_smoothing=SMOOTHING)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP).item())
        optimizer.step()
        losses.append(loss.item())
    return {
        "architecture": {**ARCHITECTURE, "pooling": "cls"},
        "classes": CLASSES,
        "batch": BATCH,
        "steps": STEPS,
        "warmup": WARMUP,
        "peak": PEAK,
        "weightDecay": DECAY,
        "clip": CLIP,
        "labelSmoothing": SMOOTHING,
        "images": packed(data),
        "labels": labels.tolist(),
        "initial": weights,
        "losses": losses,
        "gradientNorms": norms,
        "final": packed_all({"head.weight": model.head.weight, "blocks.0.attn.qkv.weight": model.blocks[0].attn.qkv.weight}),
    }


write("training/fixtures/training.json", {"adamw": adamw(), "curve": curve()})
