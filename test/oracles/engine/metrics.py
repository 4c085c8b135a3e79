"""Metrics of answers and of features as scikit-learn, scipy, NumPy and torch compute them, for evaluation/."""

import numpy
import torch
from scipy import optimize
from scipy.special import log_softmax, softmax
from sklearn import metrics as sk
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from fixture import packed, write

rng = numpy.random.default_rng(4)


def f32(array):
    return torch.tensor(numpy.asarray(array, dtype="<f4"))


def logits_of(n, classes, scale=3.0):
    """Labels, and logits that lean towards them, rounded to f32 so that both sides compute from the same numbers."""
    labels = rng.integers(0, classes, size=n)
    z = rng.normal(size=(n, classes)) * scale
    z[numpy.arange(n), labels] += scale
    return labels, z.astype("<f4").astype(float)


def adaptive_ece(z, y):
    """Equal-mass bins by numpy.array_split of the examples sorted by confidence."""
    p = softmax(z, axis=1)
    conf, right = p.max(axis=1), p.argmax(axis=1) == y
    order = numpy.argsort(conf)
    return sum(len(b) / len(y) * abs(right[b].mean() - conf[b].mean()) for b in numpy.array_split(order, 15))


def temperature(z, y):
    nll = lambda t: -log_softmax(z / t, axis=1)[numpy.arange(len(y)), y].mean()
    found = optimize.minimize_scalar(
        lambda u: nll(numpy.exp(u)), bounds=(-4, 4), method="bounded", options={"xatol": 1e-12}
    )
    return float(numpy.exp(found.x)), float(nll(numpy.exp(found.x)))


def answers_case(n, classes, scale):
    y, z = logits_of(n, classes, scale)
    t, nll = temperature(z, y)
    groups = [numpy.arange(g, classes, 3).tolist() for g in range(3)] if classes > 5 else None
    means = [] if groups is None else [softmax(z, axis=1)[:, g].mean(axis=1) for g in groups]
    subset = sorted(rng.choice(classes, size=classes // 2 + 1, replace=False).tolist())
    inside = numpy.flatnonzero(numpy.isin(y, subset))
    masked = numpy.where(numpy.isin(numpy.arange(classes), subset), z, -numpy.inf)
    return {
        "classes": classes,
        "logits": packed(f32(z)),
        "labels": y.tolist(),
        "top5": float(sk.top_k_accuracy_score(y, z, k=5, labels=numpy.arange(classes))) if classes > 5 else 1.0,
        "adaptiveEce": float(adaptive_ece(z, y)),
        "temperature": t,
        "nllAfter": nll,
        "groups": groups,
        "groupAnswers": None if groups is None else numpy.argmax(means, axis=0).tolist(),
        "subset": subset,
        "subsetRows": inside.tolist(),
        "subsetTop1": float((masked.argmax(axis=1) == y)[inside].mean()),
        "subsetNll": float(
            sk.log_loss(
                [subset.index(c) for c in y[inside]],
                softmax(masked[inside][:, subset], axis=1),
                labels=numpy.arange(len(subset)),
            )
        ),
    }


def detection_case():
    known, other = numpy.round(rng.normal(1, 1, 200), 1), numpy.round(rng.normal(0, 1.3, 150), 1)
    truth = numpy.r_[numpy.ones(200), numpy.zeros(150)]
    fpr, tpr, _ = sk.roc_curve(truth, numpy.r_[known, other], drop_intermediate=False)
    return {
        "known": known.tolist(),
        "other": other.tolist(),
        "auroc": float(sk.roc_auc_score(truth, numpy.r_[known, other])),
        "fpr95": float(fpr[numpy.flatnonzero(tpr >= 0.95)[0]]),
    }


def agreement_case(classes, n=80):
    y = rng.integers(0, classes, size=n)
    p = numpy.where(rng.uniform(size=n) < 0.6, y, rng.integers(0, classes, size=n))
    return {
        "labels": y.tolist(),
        "answers": p.tolist(),
        "f1": float(sk.f1_score(y, p, average="binary")) if classes == 2 else None,
        "macroF1": float(sk.f1_score(y, p, average="macro", zero_division=0)),
        "matthews": float(sk.matthews_corrcoef(y, p)),
    }


def clouds(n, classes, width, spread):
    centres = rng.normal(size=(classes, width))
    y = rng.integers(0, classes, size=n)
    x = (centres[y] + spread * rng.normal(size=(n, width))) * rng.uniform(0.2, 5, size=width) + rng.normal(size=width)
    return torch.tensor(y), f32(x)


def dino_knn(bank, bank_labels, queries, classes, k, temperature):
    """The vote of facebookresearch/dino's eval_knn.py in f64: one-hot votes of the k nearest, weighted by exp(s / T)."""
    a = torch.nn.functional.normalize(bank.double(), dim=1)
    b = torch.nn.functional.normalize(queries.double(), dim=1)
    distances, indices = (b @ a.T).topk(k, largest=True, sorted=True)
    retrieved = bank_labels[indices]
    one_hot = torch.zeros(k * len(queries), classes, dtype=torch.float64).scatter_(1, retrieved.reshape(-1, 1), 1)
    votes = (one_hot.view(len(queries), k, classes) * (distances / temperature).exp().unsqueeze(2)).sum(1)
    return votes.argmax(dim=1)


def features_case(classes, width):
    every, x = clouds(150, classes, width, 1.5)
    bank_labels, bank, query_labels, queries = every[:100], x[:100], every[100:], x[100:]
    a = torch.nn.functional.normalize(bank.double(), dim=1)
    b = torch.nn.functional.normalize(queries.double(), dim=1)
    similarity = (b @ a.T).numpy()
    relevant = (query_labels[:, None] == bank_labels[None, :]).numpy()
    probes = []
    for c in (0.01, 1.0, 10.0):
        scaler = StandardScaler().fit(bank.double())
        model = LogisticRegression(C=c, tol=1e-12, max_iter=100_000).fit(scaler.transform(bank.double()), bank_labels)
        probes.append({"c": c, "logits": packed(f32(model.decision_function(scaler.transform(queries.double()))))})
    return {
        "classes": classes,
        "bank": packed(bank),
        "bankLabels": bank_labels.tolist(),
        "queries": packed(queries),
        "queryLabels": query_labels.tolist(),
        "knn": [
            {"k": k, "temperature": t, "answers": dino_knn(bank, bank_labels, queries, classes, k, t).tolist()}
            for k, t in [(1, 0.07), (5, 0.07), (20, 0.07), (20, 0.5), (100, 0.07)]
        ],
        "map": float(numpy.mean([sk.average_precision_score(r, s) for r, s in zip(relevant, similarity)])),
        "recall": [
            {"k": k, "value": float(numpy.mean([r[numpy.argsort(-s)[:k]].any() for r, s in zip(relevant, similarity)]))}
            for k in (1, 5, 10)
        ],
        "probes": probes,
    }


write(
    "evaluation/fixtures/metrics.json",
    {
        "answers": [answers_case(200, 12, 1.0), answers_case(97, 3, 4.0)],
        "detection": detection_case(),
        "agreement": [agreement_case(2), agreement_case(5)],
        "features": [features_case(4, 6)],
    },
    also=("scipy", "scikit-learn"),
    indent=None,
)
