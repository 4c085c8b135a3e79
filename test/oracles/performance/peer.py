"""PyTorch's side of `npm run bench:engine`: one step or one inference for each line on standard input.

    python peer.py ti|s|b BATCH THREADS

Prints its version, then for 'train' and 'infer' the milliseconds one took, and for 'end' the peak of its memory in MB.
The model is timm's VisionTransformer in plain torch, so that it runs from 1.13 to the newest: fused attention where torch
has it, AdamW as torch makes it by default, clipping by the global norm.
"""

import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

SIZES = {"ti": (192, 3), "s": (384, 6), "b": (768, 12)}
CLASSES = 1000
FUSED = hasattr(F, "scaled_dot_product_attention")


class Block(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.fc1 = nn.Linear(dim, 4 * dim)
        self.fc2 = nn.Linear(4 * dim, dim)

    def attend(self, x):
        batch, tokens, dim = x.shape
        qkv = self.qkv(x).reshape(batch, tokens, 3, self.heads, dim // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        if FUSED:
            mixed = F.scaled_dot_product_attention(q, k, v)
        else:
            mixed = (q * (dim // self.heads) ** -0.5 @ k.transpose(-2, -1)).softmax(-1) @ v
        return self.proj(mixed.transpose(1, 2).reshape(batch, tokens, dim))

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class ViT(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.patch = nn.Conv2d(3, dim, 16, 16)
        self.cls = nn.Parameter(torch.randn(1, 1, dim) * 0.02)
        self.pos = nn.Parameter(torch.randn(1, 197, dim) * 0.02)
        self.blocks = nn.Sequential(*[Block(dim, heads) for _ in range(12)])
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.head = nn.Linear(dim, CLASSES)

    def forward(self, images):
        x = self.patch(images).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x], 1) + self.pos
        return self.head(self.norm(self.blocks(x))[:, 0])


def main():
    size, batch, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    model = ViT(*SIZES[size])
    images = torch.rand(batch, 3, 224, 224) * 2 - 1
    labels = torch.arange(batch) * 61 % CLASSES
    groups = [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": 0.05},
        {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-4)

    def train():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    def infer():
        with torch.inference_mode():
            model(images)

    print(torch.__version__, flush=True)
    for line in sys.stdin:
        what = line.strip()
        if what == "end":
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
            return
        model.train(what == "train")
        started = time.perf_counter()
        train() if what == "train" else infer()
        print((time.perf_counter() - started) * 1000, flush=True)


if __name__ == "__main__":
    main()
