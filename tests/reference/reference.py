#!/usr/bin/env python3
"""What Python says of the data in data/. Prints: data set, statistic, part, value."""

import csv
import itertools
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
import statsmodels.api as sm
from scipy import optimize, special, stats
from statsmodels.formula.api import ols

HERE = Path(__file__).parent
warnings.simplefilter("ignore")


def data(name):
    return pd.read_csv(HERE / "data" / f"{name}.csv")


def say(place, statistic, part, value):
    print(place, statistic, part, format(float(value), ".17g"), sep="\t")


def numbers(text):
    return [None if word == "NA" else int(word) for word in text.split()]


# Scores.
scores = data("scores")["score"].to_numpy(dtype=float)
mean = scores.mean()
low, high = stats.t.interval(0.95, len(scores) - 1, mean, stats.sem(scores))
for part, value in [("value", mean), ("low", low), ("high", high)]:
    say("scores", "mean", part, value)
say("scores", "sd", "value", scores.std(ddof=1))
for i, row in enumerate(data("parts").itertuples(index=False), 1):
    n, total, squares = int(row.n), int(row.sum), int(row.squares)
    variance = float(Fraction(n * squares - total * total, n * (n - 1)))
    reach = special.stdtrit(n - 1, 0.975) * np.sqrt(variance / n)
    for part, value in [("value", total / n), ("low", total / n - reach), ("high", total / n + reach)]:
        say(f"parts_{i}", "mean", part, value)
    say(f"parts_{i}", "sd", "value", np.sqrt(variance))

# The bootstrap, with the means that are kept in data/.
drawn = data("drawn")["mean"].to_numpy()
for method, key in [("percentile", "bootstrap_percentile"), ("BCa", "bootstrap_bca")]:
    kept = stats.bootstrap((scores,), np.mean, n_resamples=1, method="percentile", random_state=1)
    kept.bootstrap_distribution = drawn
    ends = stats.bootstrap((scores,), np.mean, n_resamples=0, bootstrap_result=kept, method=method).confidence_interval
    say("scores", key, "low", ends.low)
    say("scores", key, "high", ends.high)


# Items.
def omega(r):
    """One factor by maximum likelihood: the smallest ln|S| + tr(R S^-1), found by its slope being 0."""
    k = len(r)

    def parts(x):
        loadings, unique = x[:k], np.exp(x[k:])
        inverse = np.linalg.inv(np.outer(loadings, loadings) + np.diag(unique))
        return loadings, unique, inverse

    def misfit(x):
        loadings, unique, inverse = parts(x)
        return np.sum(np.log(unique)) + np.log1p(np.sum(loadings**2 / unique)) + np.sum(r * inverse)

    def slope(x):
        loadings, unique, inverse = parts(x)
        inner = inverse - inverse @ r @ inverse
        return np.concatenate([2 * inner @ loadings, np.diag(inner) * unique])

    start = np.concatenate([np.full(k, 0.6), np.full(k, np.log(0.64))])
    near = optimize.minimize(misfit, start, jac=slope, method="BFGS", options={"gtol": 1e-7}).x
    found = optimize.root(slope, near, tol=1e-14)
    assert np.max(np.abs(slope(found.x))) < 1e-11
    loadings, unique, _ = parts(found.x)
    return loadings.sum() ** 2 / (loadings.sum() ** 2 + unique.sum())


def feldt(alpha, persons, items):
    upper = persons - 1
    ends = stats.f.ppf([0.975, 0.025], upper, upper * (items - 1))
    return 1 - (1 - alpha) * ends


for place in ["items_core", "items_three", "items_weak", "items_small"]:
    everybody = data(place)
    x = everybody.dropna()
    persons, items = x.shape
    alpha, ends = pingouin.cronbach_alpha(x)
    say(place, "alpha", "value", alpha)
    for part, value in zip(["low", "high"], feldt(alpha, persons, items)):
        say(place, "alpha", part, value)
    for item, name in enumerate(x.columns, 1):
        others = x.drop(columns=name)
        say(place, "alpha_if_dropped", item, pingouin.cronbach_alpha(others)[0])
        say(place, "item_rest", item, np.corrcoef(x[name], others.sum(axis=1))[0, 1])
    if place != "items_small":  # A Heywood case: each program gives another figure there.
        say(place, "omega", "value", omega(np.corrcoef(x.T)))
    points = 7 if place == "items_weak" else 5
    for part, answers in [("value", everybody), ("complete", x)]:
        say(place, "r_wg_j", part, 1 - answers.var(ddof=1).mean() / ((points**2 - 1) / 12))
for i, row in enumerate(data("alphas").itertuples(index=False), 1):
    for part, value in zip(["low", "high"], feldt(row.alpha, row.persons, row.items)):
        say(f"alphas_{i}", "alpha", part, value)


# Counts of answers.
def layer(occupied):
    k, s = len(occupied), sum(occupied)
    if s == 1:
        return Fraction(1)
    if s == k:
        return Fraction(0)
    patterns = ["".join("01"[occupied[place]] for place in places) for places in itertools.combinations(range(k), 3)]
    tu = patterns.count("110") + patterns.count("011")
    tdu = patterns.count("101")
    u = Fraction((k - 2) * tu - (k - 1) * tdu, (k - 2) * (tu + tdu))
    return u * (1 - Fraction(s - 1, k - 1))


def agreement(counts):
    n, left, found = sum(counts), list(counts), Fraction(0)
    while any(left):
        occupied = [count > 0 for count in left]
        least = min(count for count in left if count)
        found += Fraction(least * sum(occupied), n) * layer(occupied)
        left = [count - least if count else 0 for count in left]
    return found


for i, text in enumerate(data("counts")["counts"], 1):
    place, counts = f"counts_{i}", [int(word) for word in text.split()]
    k = len(counts)
    x = np.repeat(np.arange(k), counts)
    say(place, "agreement", "value", agreement(counts))
    say(place, "polarisation", "value", (1 - agreement(counts)) / 2)
    say(place, "r_wg", "value", max(0, 1 - x.var(ddof=1) / ((k**2 - 1) / 12)))
    p = np.array(counts) / sum(counts)
    camps = sum(p[one] ** 2.3 * p[other] * abs(one - other) for one in range(k) for other in range(k))
    say(place, "esteban_ray", "value", camps / (2 * 0.5**3.3 * (k - 1)))
    if sum(count > 0 for count in counts) > 1:
        n = len(x)
        tails = stats.kurtosis(x, bias=False) + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))
        say(place, "bimodality", "value", (stats.skew(x, bias=False) ** 2 + 1) / tails)

# Groups.
groups = data("groups")
table = sm.stats.anova_lm(ols("score ~ C(group)", groups).fit())
between, within = table["mean_sq"]
size = len(groups) / groups["group"].nunique()
say("groups", "icc1", "value", (between - within) / (between + (size - 1) * within))
say("groups", "icc2", "value", (between - within) / between)

# Pairs.
for place in ["pairs_many", "pairs_few"]:
    before, after = data(place)["before"].to_numpy(float), data(place)["after"].to_numpy(float)
    test = stats.ttest_rel(after, before)
    ends = test.confidence_interval(0.95)
    change = after - before
    for part, value in [("value", change.mean()), ("low", ends.low), ("high", ends.high)]:
        say(place, "change", part, value)
    say(place, "d_z", "value", change.mean() / change.std(ddof=1))
    m = len(change) - 1
    j = np.exp(special.gammaln(m / 2) - special.gammaln((m - 1) / 2)) / np.sqrt(m / 2)
    say(place, "d_av", "value", j * change.mean() / ((before.std(ddof=1) + after.std(ddof=1)) / 2))
for i, row in enumerate(data("retests").itertuples(index=False), 1):
    say(f"retests_{i}", "reliable_change", "value", (row.after - row.before) / (np.sqrt(2) * row.sem))
    say(f"retests_{i}", "mdc95", "value", 1.96 * np.sqrt(2) * row.sem)

# How one person answered.
with open(HERE / "data" / "conduct.csv") as file:
    for i, row in enumerate(csv.DictReader(file), 1):
        place, answers = f"conduct_{i}", numbers(row["answers"])
        given = [answer for answer in answers if answer is not None]
        runs = [len(list(run)) for answer, run in itertools.groupby(answers) if answer is not None]
        quick = np.mean([time < 2000 for time in numbers(row["milliseconds"])])
        deviation = np.std(given, ddof=1)
        pattern = len(given) >= 10 and (2 * max(runs) >= len(given) or deviation < 0.2)
        say(place, "longstring", "value", max(runs))
        say(place, "irv", "value", deviation)
        say(place, "page_time", "value", quick)
        say(place, "two_signs", "value", int(pattern) + int(quick >= 0.5))
