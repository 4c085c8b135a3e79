"""P-values, intervals and correlations as scipy and statsmodels compute them, for statistics/."""

from types import SimpleNamespace

import numpy
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from fixture import write

rng = numpy.random.default_rng(20)

TABLES = [
    *[(59, 6, 16, 80), (1, 1, 7, 12), (20, 12, 2, 16), (0, 0, 5, 0), (900, 40, 40, 20)],
    *[(7000, 900, 1100, 1000), (3, 0, 0, 4), (24000, 1200, 1300, 23500)],
]
SHARES = [(81, 263), (15, 148), (0, 20), (20, 20), (1, 29), (4999, 5000), (41015, 50000)]


def mid_p(b, c):
    """Equations 1 and 2 of the supplement of Fagerland et al. 2013, from the other tail."""
    n, k = b + c, max(b, c)
    if n == 0:
        return 1.0
    observed = stats.binom.pmf(k, n, 0.5)
    return float(1 - observed / 2 if b == c else 2 * stats.binom.sf(k - 1, n, 0.5) - observed)


def newcombe(a, b, c, d):
    """Method 10 of Newcombe 1998 (paired), written down from the paper with scipy's Wilson interval."""
    n = a + b + c + d
    p1, p2 = (a + b) / n, (a + c) / n
    l1, u1 = stats.binomtest(a + b, n).proportion_ci(0.95, method="wilson")
    l2, u2 = stats.binomtest(a + c, n).proportion_ci(0.95, method="wilson")
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    e = a * d - b * c
    phi = 0.0 if margins == 0 else (max(e - n / 2, 0) if e > 0 else e) / numpy.sqrt(margins)
    low = numpy.sqrt((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2)
    high = numpy.sqrt((u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2)
    return [p1 - p2 - low, p1 - p2 + high]


def bootstrap(data, statistic, resamples):
    """scipy's percentile and BCa intervals of one distribution, which is handed over with the jackknife."""
    found = stats.bootstrap((data,), statistic, n_resamples=resamples, method="percentile", rng=rng, vectorized=False)
    before = SimpleNamespace(bootstrap_distribution=found.bootstrap_distribution)
    again = stats.bootstrap(
        (data,), statistic, n_resamples=0, method="BCa", bootstrap_result=before, vectorized=False
    )
    return {
        "data": data.tolist(),
        "distribution": found.bootstrap_distribution.tolist(),
        "estimate": float(statistic(data)),
        "jackknife": [float(statistic(numpy.delete(data, i))) for i in range(len(data))],
        "percentile": [float(x) for x in found.confidence_interval],
        "bca": [float(x) for x in again.confidence_interval],
    }


def paired_t(first, second):
    test = stats.ttest_rel(first, second)
    interval = test.confidence_interval(0.95)
    return {
        "differences": (first - second).tolist(),
        "p": float(test.pvalue),
        "interval": [float(interval.low), float(interval.high)],
    }


def pearsonr(x, y):
    return float(stats.pearsonr(x, y).statistic)


p_values = [rng.uniform(0, 0.2, size=12).tolist(), [0.01, 0.04, 0.03, 0.005], [0.5, 0.5, 0.0, 1.0]]
by_image = numpy.random.default_rng(21)
x, y = rng.normal(size=40), rng.integers(0, 6, size=40)
correlated = {"x": x.tolist(), "y": (y + 0.5 * numpy.round(x)).tolist()}
runs = [[0.81, 0.79, 0.84], [0.5, 0.52, 0.51, 0.55, 0.49], rng.uniform(size=30).tolist()]

write(
    "statistics/fixtures/significance.json",
    {
        "mcnemar": [
            {
                "counts": t,
                "exact": float(mcnemar([[t[0], t[1]], [t[2], t[3]]], exact=True).pvalue),
                "midP": mid_p(t[1], t[2]),
            }
            for t in TABLES
        ],
        "newcombe": [{"counts": t, "interval": [float(v) for v in newcombe(*t)]} for t in TABLES],
        "clopperPearson": [
            {
                **{"right": r, "n": n, "level": level},
                "interval": [float(v) for v in proportion_confint(r, n, alpha=1 - level, method="beta")],
            }
            for r, n in SHARES
            for level in (0.95, 0.99)
        ],
        "adjusted": [
            {
                "p": p,
                "holm": multipletests(p, method="holm")[1].tolist(),
                "benjaminiHochberg": multipletests(p, method="fdr_bh")[1].tolist(),
            }
            for p in p_values
        ],
        "bootstrap": [
            bootstrap(rng.normal(size=30) ** 2, numpy.mean, 999),
            bootstrap(rng.binomial(1, 0.8, size=50).astype(float), numpy.mean, 999),
            bootstrap(rng.exponential(size=25), numpy.var, 500),
        ],
        "correlation": {
            **correlated,
            "pearson": pearsonr(correlated["x"], correlated["y"]),
            "spearman": float(stats.spearmanr(correlated["x"], correlated["y"]).statistic),
        },
        "seeds": [
            {
                "values": v,
                "mean": float(numpy.mean(v)),
                "sd": float(numpy.std(v, ddof=1)),
                "interval": [float(e) for e in stats.t.interval(0.95, len(v) - 1, numpy.mean(v), stats.sem(v))],
            }
            for v in runs
        ],
        "pairedT": [
            # Shares of 6 versions of an image that two models are right on; a clear difference; a small sample.
            paired_t(by_image.binomial(6, 0.7, 80) / 6, by_image.binomial(6, 0.66, 80) / 6),
            paired_t(by_image.binomial(15, 0.8, 400) / 15, by_image.binomial(15, 0.6, 400) / 15),
            paired_t(numpy.array([0.2, 0.4, 0.1]), numpy.array([0.1, 0.0, 0.3])),
        ],
        "normal": [{"x": q, "p": float(stats.norm.cdf(q))} for q in [-12, -5.5, -3.001, -3, -1.96, -0.1, 0, 0.4, 2.999, 4]],
        "beta": [
            {"x": q, "a": a, "b": b, "p": float(stats.beta.cdf(q, a, b))}
            for q, a, b in [(0.3, 2, 5), (0.001, 0.5, 0.5), (0.97, 400, 12), (0.5, 1, 1), (0.82, 41015, 8986), (0.2, 0.5, 30)]
        ],
    },
    also=("scipy", "statsmodels"),
    indent=None,
)
