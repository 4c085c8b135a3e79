"""Methods of mixing weights, computed by NumPy in f64 from their descriptions: the papers, and what mergekit does differently.

Random methods are given the uniform numbers that they compare with, so that both sides drop the same weights. Loops are
written out where that says more plainly what is meant; nothing here shares a line with the engine or with mergekit.
"""

import json

import numpy as np

from fixture import ENGINE

rng = np.random.default_rng(20260711)


def ascending(values):
    """Places by ascending magnitude; of equal magnitudes the later place comes first."""
    return sorted(range(values.size), key=lambda at: (abs(values[at]), -at))


def count(share, n, mergekit):
    return int(share * n) if mergekit else int(np.floor(share * n + 0.5))


def l1(before, kept, rescale):
    norm = np.abs(kept).sum()
    return kept * (np.abs(before).sum() / norm) if rescale == "l1" and norm > 0 else kept


def trim(tau, s):
    keep = count(s["density"], tau.size, s["mergekit"])
    if not s["mergekit"]:
        keep = max(keep, 1)
    kept = np.zeros_like(tau)
    for at in ascending(tau)[tau.size - keep :]:
        kept[at] = tau[at]
    return l1(tau, kept, s["rescale"])


def breadcrumbs(tau, s):
    n = tau.size
    target = count(s["density"], n, s["mergekit"])
    top = count(s["gamma"], n, s["mergekit"])
    bottom = n - target - top
    if bottom < 0:
        top, bottom = top + bottom, 0
    order = ascending(tau)
    # A Python slice that ends at minus zero is empty: mergekit's trap.
    places = order[bottom:-top] if s["mergekit"] else order[bottom : n - top]
    kept = np.zeros_like(tau)
    kept[places] = tau[places]
    return l1(tau, kept, s["rescale"])


def drop(tau, s, uniform):
    kept = np.where(uniform < s["density"], tau, 0.0)
    if s["rescale"] == "expectation":
        kept = kept / s["density"]
    return l1(tau, kept, s["rescale"])


def magprune(tau, s, uniform):
    spread = s["epsilon"] if s["mergekit"] else s["epsilon"] / 2
    rows = tau.reshape(s["rows"], -1)
    draws = uniform.reshape(rows.shape)
    kept = np.zeros_like(rows)
    for row in range(rows.shape[0]):
        for rank, at in enumerate(ascending(rows[row])):
            probability = s["density"] - spread + 2 * spread * rank / (rows.shape[1] - 1)
            if draws[row, at] < probability:
                kept[row, at] = rows[row, at] / (probability if s["rescale"] == "expectation" else 1)
    return l1(tau, kept.reshape(-1), s["rescale"])


def fuse(base, sparse, s):
    """base + lambda · (sum, or mean) of weighted changes, with signs elected or not."""
    merged = np.zeros_like(base)
    weighted = [w * tau for w, tau in zip(s["weights"], sparse)]
    if s["elect"] and s["tie"] == "majority":
        balance = sum(np.sign(sum(column)) for column in zip(*weighted))
        fallback = np.sign(balance)
    else:
        fallback = 1.0 if s["tie"] == "positive" else 0.0
    for at in range(base.size):
        terms = [change[at] for change in weighted]
        taking = range(len(terms))
        if s["elect"]:
            sign = np.sign(np.sum(terms)) or fallback
            taking = [i for i in taking if terms[i] != 0 and np.sign(terms[i]) == sign]
        total = float(np.sum([terms[i] for i in taking]))
        divisor = float(np.sum([s["weights"][i] for i in taking]))
        if s["merge"] == "mean" and abs(divisor) >= 1e-8:
            total /= divisor
        merged[at] = total
    return base + s["lambda"] * merged


def model_stock(base, members, mergekit, clip):
    taus = [member - base for member in members]
    n = len(taus)
    cosines = []
    for i in range(n):
        for j in range(i + 1, n):
            product = np.linalg.norm(taus[i]) * np.linalg.norm(taus[j])
            if mergekit:
                product = max(product, 1e-6)
            cosines.append(0.0 if product == 0 else float(np.clip(taus[i] @ taus[j] / product, -1, 1)))
    c = np.mean(cosines)
    t = n * c / (1 + (n - 1) * c)
    if clip:
        t = min(1.0, max(0.0, t))
    return t * np.mean(members, axis=0) + (1 - t) * base


def slerp(a, b, t, mergekit):
    c = float(np.clip(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)), -1, 1))
    if (abs(c) if mergekit else c) > 0.9995:
        return (1 - t) * a + t * b
    omega = np.arccos(c)
    return np.sin((1 - t) * omega) / np.sin(omega) * a + np.sin(t * omega) / np.sin(omega) * b


def arc(point, to):
    """The way from point to another point of the sphere."""
    across = to - (point @ to) * point
    sine = np.linalg.norm(across)
    return np.zeros_like(point) if sine == 0 else across / sine * np.arctan2(sine, point @ to)


def karcher(members, shares, steps):
    lengths = [np.linalg.norm(member) for member in members]
    directions = [member / length for member, length in zip(members, lengths)]
    point = sum(share * direction for share, direction in zip(shares, directions))
    point = point / np.linalg.norm(point)
    for _ in range(steps):
        way = sum(share * arc(point, direction) for share, direction in zip(shares, directions))
        angle = np.linalg.norm(way)
        if angle == 0:
            break
        point = np.cos(angle) * point + np.sin(angle) * way / angle
        point = point / np.linalg.norm(point)
    return point * float(np.dot(shares, lengths))


def fisher(members, information, shares, floor, normalise):
    scaled = [f / (f.mean() if normalise else 1.0) for f in information]
    weights = [share * np.maximum(f, floor) for share, f in zip(shares, scaled)]
    return sum(w * m for w, m in zip(weights, members)) / sum(weights)


def regmean(members, inputs, shape, alpha):
    weights = [member.reshape(shape) for member in members]
    grams = [x.T @ x for x in inputs]
    grams = [alpha * g + (1 - alpha) * np.diag(np.diag(g)) for g in grams]
    right = sum(w @ g for w, g in zip(weights, grams))
    # A general solver, not Cholesky.
    return np.linalg.solve(sum(grams).T, right.T).T.reshape(-1)


def numbers(array):
    return [float(value) for value in np.asarray(array).reshape(-1)]


# Weights that exist: f32 numbers, a stock and three ingredients not far from it. Some changes are 0, some cancel out exactly.
SHAPE = (5, 8)
base = rng.normal(size=SHAPE).astype(np.float32).astype(np.float64).reshape(-1)
members = [(base + 0.1 * rng.normal(size=base.size)).astype(np.float32).astype(np.float64) for _ in range(3)]
members[0][:3] = base[:3]
for at, change in ((5, 0.25), (11, 0.5), (17, 0.125)):
    base[at] = 1.0
    members[0][at], members[1][at], members[2][at] = 1 + change, 1 - change, 1.0
taus = [member - base for member in members]
draws = [rng.random(base.size) for _ in members]

PLAIN = {"lambda": 1.0, "merge": "sum", "density": 1.0, "gamma": 0.01, "epsilon": 0.15, "rescale": "none", "tie": "none"}
DELTA = [
    ("task-arithmetic", {"lambda": 0.3}),
    ("task-arithmetic", {"lambda": -0.5, "weights": [1.0, 0.5, 2.0]}),
    ("task-arithmetic", {"lambda": 0.7, "weights": [1.0, 0.5, 2.0], "merge": "mean", "compat": "mergekit"}),
    ("ties", {"density": 0.2, "merge": "mean"}),
    ("ties", {"density": 0.55, "merge": "mean", "lambda": 1.7, "weights": [2.0, 2.0, 0.5], "tie": "majority"}),
    ("ties", {"density": 0.33, "merge": "mean", "compat": "mergekit", "rescale": "l1"}),
    ("ties", {"density": 1.0, "merge": "mean", "compat": "mergekit", "tie": "positive", "weights": [1.0, 1.0, 0.5]}),
    ("ties", {"density": 1.0, "merge": "sum", "compat": "mergekit", "tie": "positive", "weights": [1.0, -0.5, 0.5]}),
    ("dare-linear", {"density": 0.4, "rescale": "expectation", "lambda": 0.8}),
    ("dare-linear", {"density": 0.4, "rescale": "l1", "compat": "mergekit"}),
    ("dare-ties", {"density": 0.6, "rescale": "expectation", "merge": "mean"}),
    ("dare-ties", {"density": 0.6, "rescale": "l1", "compat": "mergekit", "weights": [0.3, 0.3, 0.4]}),
    ("della", {"density": 0.5, "epsilon": 0.3, "rescale": "expectation", "merge": "mean"}),
    ("della", {"density": 0.5, "epsilon": 0.3, "rescale": "l1", "merge": "mean", "compat": "mergekit"}),
    ("della-linear", {"density": 0.4, "epsilon": 0.2, "rescale": "expectation"}),
    ("della-linear", {"density": 0.4, "epsilon": 0.2, "rescale": "l1", "compat": "mergekit"}),
    ("breadcrumbs", {"density": 0.3, "gamma": 0.1, "lambda": 0.4}),
    ("breadcrumbs", {"density": 0.97, "gamma": 0.1}),
    ("breadcrumbs", {"density": 0.31, "gamma": 0.06, "compat": "mergekit", "rescale": "l1"}),
    ("breadcrumbs", {"density": 0.9, "gamma": 0.01, "compat": "mergekit"}),
    ("breadcrumbs-ties", {"density": 0.45, "gamma": 0.08, "merge": "mean"}),
    ("breadcrumbs-ties", {"density": 0.45, "gamma": 0.08, "compat": "mergekit"}),
]


def delta_case(method, parameters):
    mergekit = parameters.get("compat") == "mergekit"
    settings = {**PLAIN, **({"tie": "positive"} if mergekit else {}), **parameters}
    settings = {"weights": [1.0] * 3, **settings, "mergekit": mergekit, "rows": SHAPE[0]}
    settings["elect"] = method in ("ties", "dare-ties", "della", "breadcrumbs-ties")
    family = method.split("-")[0]
    if family in ("dare", "della"):
        sparse = [(drop if family == "dare" else magprune)(tau, settings, u) for tau, u in zip(taus, draws)]
    else:
        sparse = [{"task": lambda tau, _: tau, "ties": trim, "breadcrumbs": breadcrumbs}[family](tau, settings) for tau in taus]
    if settings["elect"] and settings["tie"] == "majority":
        assert np.sum([np.sign(sum(c)) for c in zip(*[w * t for w, t in zip(settings["weights"], sparse)])]) != 0
    # What is left out on the other side must be its default there: say everything that matters.
    told = {key: settings[key] for key in ("lambda", "merge")} | parameters
    if settings["elect"]:
        told["tie"] = settings["tie"]
    if family != "task":
        told["rescale"] = settings["rescale"]
    return {"method": method, "parameters": told, "expected": numbers(fuse(base, sparse, settings))}


near = members[0] + 1e-4 * rng.normal(size=base.size)
opposite = -members[0] + 0.02 * rng.normal(size=base.size)
short = [base + 1e-5 * rng.normal(size=base.size) for _ in range(3)]
apart = [base + 0.1 * taus[0], base - 0.02 * taus[0] + 0.01 * taus[1]]
SPHERICAL = [
    ("model-stock", "ingredients", {}, base, members[:2], model_stock(base, members[:2], False, False)),
    ("model-stock", "ingredients", {}, base, members, model_stock(base, members, False, False)),
    ("model-stock", "short ways", {}, base, short, model_stock(base, short, False, False)),
    ("model-stock", "short ways", {"compat": "mergekit"}, base, short, model_stock(base, short, True, False)),
    ("model-stock", "ways apart", {}, base, apart, model_stock(base, apart, False, False)),
    ("model-stock", "ways apart", {"clip": True}, base, apart, model_stock(base, apart, False, True)),
    ("slerp", "near each other", {"t": 0.3}, None, members[:2], slerp(members[0], members[1], 0.3, False)),
    ("slerp", "far apart", {"t": 0.3}, None, [members[0], base[::-1]], slerp(members[0], base[::-1], 0.3, False)),
    ("slerp", "nearly parallel", {"t": 0.25}, None, [members[0], near], slerp(members[0], near, 0.25, False)),
    ("slerp", "nearly opposite", {"t": 0.25}, None, [members[0], opposite], slerp(members[0], opposite, 0.25, False)),
    ("slerp", "nearly opposite", {"t": 0.25, "compat": "mergekit"}, None, [members[0], opposite], slerp(members[0], opposite, 0.25, True)),
    ("karcher", "far apart", {}, None, [base[::-1], *members], karcher([base[::-1], *members], [0.25] * 4, 200)),
    ("karcher", "far apart", {"weights": [3, 1, 2]}, None, [base[::-1], members[0], 2 * members[1]],
     karcher([base[::-1], members[0], 2 * members[1]], [0.5, 1 / 6, 1 / 3], 200)),
    ("multi-slerp", "far apart", {"weights": [3, 1, 2]}, None, [base[::-1], members[0], 2 * members[1]],
     karcher([base[::-1], members[0], 2 * members[1]], [0.5, 1 / 6, 1 / 3], 1)),
]

information = [rng.random(base.size) ** 4 for _ in members]
information[0][:4] = 0.0
FISHER = [
    {"parameters": parameters, "expected": numbers(fisher(members, information, shares, floor, normalise))}
    for parameters, shares, floor, normalise in [
        ({}, [1 / 3] * 3, 1e-6, False),
        ({"weights": [1, 2, 5], "floor": 0.01, "normalise": True}, [0.125, 0.25, 0.625], 0.01, True),
    ]
]

# Inputs of very different sizes, as activations have them.
inputs = [rng.normal(size=(30, SHAPE[1])) * 10.0 ** np.linspace(-2, 2, SHAPE[1]) for _ in members]
REGMEAN = [{"alpha": alpha, "expected": numbers(regmean(members, inputs, SHAPE, alpha))} for alpha in (0.0, 0.9, 1.0)]

content = {
    "versions": {"numpy": np.__version__},
    "shape": list(SHAPE),
    "base": numbers(base),
    "members": [numbers(member) for member in members],
    "draws": [numbers(draw) for draw in draws],
    "delta": [delta_case(*case) for case in DELTA],
    "spherical": [
        {"method": method, "about": about, "parameters": parameters, "base": None if stock is None else numbers(stock),
         "members": [numbers(member) for member in given], "expected": numbers(expected)}
        for method, about, parameters, stock, given, expected in SPHERICAL
    ],
    "fisher": {"information": [numbers(values) for values in information], "cases": FISHER},
    "regmean": {"grams": [numbers(x.T @ x) for x in inputs], "cases": REGMEAN},
}
target = ENGINE / "soups" / "fixtures" / "mixing.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
print(f"wrote {target.name} ({target.stat().st_size} bytes)")
