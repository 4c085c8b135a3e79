"""Learned soups and self-seasoning as PyTorch does them: every ingredient in memory, autograd, AdamW without decay.

The network is one linear layer, features @ weight.T + bias, in f64. The released code of the soups paper keeps the raw
coefficients per tensor and multiplies the logits by a learned beta; that of Self-Soupervision minimises the entropy of the
k most similar others of the batch.
"""

import torch
from torch.nn.functional import cross_entropy, normalize

from fixture import packed, write

CLASSES, WIDTH, BATCH, BATCHES, EPOCHS, INGREDIENTS = 3, 4, 8, 3, 5, 3
K, TEMPERATURE = 3, 0.2


def mixed(tensors, coefficients):
    """Σ softmax(coefficients)ᵢ · tensorᵢ."""
    return torch.einsum("i,i...->...", torch.softmax(coefficients, 0), tensors)


def learned(weights, biases, features, labels, by_tensor):
    raw = torch.zeros(2 if by_tensor else 1, INGREDIENTS, dtype=torch.float64, requires_grad=True)
    beta = torch.ones((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.AdamW([raw, beta], lr=0.05, weight_decay=0.0)
    losses, shares, betas = [], [], []
    for epoch in range(EPOCHS):
        total = 0.0
        for x, y in zip(features, labels):
            logits = x @ mixed(weights, raw[0]).T + mixed(biases, raw[-1])
            loss = cross_entropy(beta * logits, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() / BATCHES
        losses.append(total)
        shares.append(torch.softmax(raw.detach(), 1).tolist())
        betas.append(beta.item())
    return {"losses": losses, "shares": shares, "betas": betas}


def seasoned(weights, features):
    raw = torch.zeros(INGREDIENTS, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.AdamW([raw], lr=0.1, weight_decay=0.0)
    losses, shares = [], []
    for _ in range(EPOCHS):
        total = 0.0
        for x in features:
            z = normalize(x @ mixed(weights, raw).T, dim=1)
            similar = (z @ z.T).fill_diagonal_(float("-inf")).topk(K, dim=1).values / TEMPERATURE
            p = torch.softmax(similar, 1)
            loss = -(p * p.clamp_min(1e-12).log()).sum(1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() / BATCHES
        losses.append(total)
        shares.append([torch.softmax(raw.detach(), 0).tolist()])
    return {"losses": losses, "shares": shares}


def main():
    generator = torch.Generator().manual_seed(5)
    draw = lambda *shape: torch.randn(*shape, generator=generator).double()
    weights, biases = draw(INGREDIENTS, CLASSES, WIDTH), draw(INGREDIENTS, CLASSES)
    features = draw(BATCHES, BATCH, WIDTH)
    labels = torch.randint(CLASSES, (BATCHES, BATCH), generator=generator)
    write(
        "soups/choosing/fixtures/learned.json",
        {
            "weights": packed(weights),
            "biases": packed(biases),
            "features": packed(features),
            "labels": labels.tolist(),
            "k": K,
            "temperature": TEMPERATURE,
            "cases": {
                "model": learned(weights, biases, features, labels, by_tensor=False),
                "tensor": learned(weights, biases, features, labels, by_tensor=True),
                "seasoned": seasoned(weights, features),
            },
        },
    )


main()
