"""Expected numbers of the analysis: scipy's average linkage, CKA by NumPy from its definitions, geometry of random weights, sample sizes.

Run: `python analysis.py`. Needs scipy beside the pinned packages.
"""

import numpy as np
from scipy.cluster.hierarchy import cophenet, linkage
from scipy.optimize import brentq
from scipy.stats import norm

from fixture import write

rng = np.random.default_rng(4)


def clustering(size):
    upper = np.round(rng.uniform(0, 1, size * (size - 1) // 2), 6)
    square = np.zeros((size, size))
    square[np.triu_indices(size, 1)] = upper
    square += square.T
    merged = linkage(upper, method="average")
    together = np.zeros((size, size))
    together[np.triu_indices(size, 1)] = cophenet(merged)
    return {"distances": square.tolist(), "heights": merged[:, 2].tolist(), "cophenetic": (together + together.T).tolist()}


def linear_cka(x, y):
    n = len(x)
    h = np.eye(n) - 1 / n
    k, l = h @ x @ x.T @ h, h @ y @ y.T @ h
    return np.trace(k @ l) / np.sqrt(np.trace(k @ k) * np.trace(l @ l))


def unbiased_hsic(x, y):
    n = len(x)
    k, l = x @ x.T, y @ y.T
    np.fill_diagonal(k, 0)
    np.fill_diagonal(l, 0)
    one = np.ones(n)
    return (np.trace(k @ l) + one @ k @ one * (one @ l @ one) / ((n - 1) * (n - 2)) - 2 / (n - 2) * (one @ k @ l @ one)) / (
        n * (n - 3)
    )


def minibatch_cka(x, y, size):
    batches = [slice(start, start + size) for start in range(0, len(x), size)]
    cross, left, right = (sum(unbiased_hsic(a[b], c[b]) for b in batches) for a, c in ((x, y), (x, x), (y, y)))
    return cross / np.sqrt(left * right)


def features():
    x = np.round(rng.normal(size=(24, 5)), 3)
    y = np.round(x @ rng.normal(size=(5, 7)) + rng.normal(size=(24, 7)), 3)
    return {
        "x": x.ravel().tolist(),
        "y": y.ravel().tolist(),
        "widths": [5, 7],
        "linear": linear_cka(x, y),
        "batch": 8,
        "minibatch": minibatch_cka(x, y, 8),
    }


def diversity():
    first, second = rng.integers(0, 2, size=(2, 101))
    answers = rng.integers(0, 4, size=(2, 101))
    same = np.mean(answers[0] == answers[1])
    chance = sum(np.mean(answers[0] == c) * np.mean(answers[1] == c) for c in range(4))
    both = np.mean(first == second)
    agree = np.mean(first) * np.mean(second) + np.mean(1 - first) * np.mean(1 - second)
    return {
        "first": first.tolist(),
        "second": second.tolist(),
        "phi": np.corrcoef(first, second)[0, 1],
        "kappa": (both - agree) / (1 - agree),
        "disagreement": 1 - both,
        "doubleFault": np.mean((first == 0) & (second == 0)),
        "answers": answers.tolist(),
        "cohen": (same - chance) / (1 - chance),
    }


def geometry():
    stock = np.round(rng.normal(size=30), 4).astype(np.float32).astype(np.float64)
    models = (stock + 0.1 * rng.normal(size=(3, 30))).astype(np.float32).astype(np.float64)
    ways = models - stock
    cosine = lambda a, b: a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    table = lambda f: [[f(i, j) for j in range(3)] for i in range(3)]
    return {
        "stock": stock.tolist(),
        "models": models.tolist(),
        "distance": table(lambda i, j: np.linalg.norm(models[i] - models[j])),
        "cosine": table(lambda i, j: cosine(models[i], models[j])),
        "fromStock": np.linalg.norm(ways, axis=1).tolist(),
        "stockCosine": [cosine(model, stock) for model in models],
        "angle": table(lambda i, j: 0.0 if i == j else np.arccos(cosine(ways[i], ways[j]))),
    }


def detectable(n, d):
    level, power = norm.ppf(0.975), norm.ppf(0.8)
    return brentq(lambda x: x * np.sqrt(n) - level * np.sqrt(d) - power * np.sqrt(d - x * x), 0, d, xtol=1e-15)


write(
    "analysis/fixtures/analysis.json",
    {
        "clusterings": [clustering(size) for size in (2, 5, 9)],
        "features": features(),
        "diversity": diversity(),
        "geometry": geometry(),
        "detectable": [[n, d, detectable(n, d)] for n, d in ((500, 0.1), (2000, 0.05), (26000, 0.2))],
    },
    also=("scipy",),
    indent=None,
)
