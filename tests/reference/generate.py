#!/usr/bin/env python3
"""Draws the data in data/. Needs Python alone; the same on every machine, since the generator stands here."""

import csv
import math
from pathlib import Path

DATA = Path(__file__).parent / "data"


class Random:
    """Knuth's MMIX linear congruential generator; the upper 53 bits."""

    def __init__(self, seed):
        self.state = seed

    def share(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 11) / 2**53

    def below(self, n):
        return int(self.share() * n)

    def normal(self):
        return sum(self.share() for _ in range(12)) - 6


def write(name, head, rows):
    with open(DATA / f"{name}.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def items(name, seed, persons, loadings, points, missing):
    """One factor, ordered answers; some left empty."""
    random = Random(seed)
    rows = []
    for _ in range(persons):
        factor = random.normal()
        row = []
        for place, loading in enumerate(loadings):
            value = loading * factor + math.sqrt(1 - loading**2) * random.normal()
            point = 1 + round((points - 1) * min(max(0.5 + (value + 0.1 * place) / 5, 0), 1))
            row.append("" if random.share() < missing else point)
        rows.append(row)
    write(name, [f"i{place + 1}" for place in range(len(loadings))], rows)


items("items_core", 1, 120, [0.8, 0.7, 0.6, 0.75, 0.5, 0.65, 0.7], 5, 0.02)
items("items_three", 2, 60, [0.9, 0.6, 0.5], 5, 0.0)
items("items_weak", 3, 300, [0.6, 0.5, 0.4, 0.6, 0.3, 0.5, 0.4, 0.55, 0.45, 0.35], 7, 0.05)
items("items_small", 4, 9, [0.8, 0.7, 0.6, 0.7], 5, 0.0)

random = Random(5)
write("scores", ["score"], [[round(1000 * random.share() ** 3)] for _ in range(40)])
scores = [int(row["score"]) for row in csv.DictReader(open(DATA / "scores.csv"))]
write(
    "drawn",
    ["mean"],
    [[repr(sum(scores[random.below(len(scores))] for _ in scores) / len(scores))] for _ in range(2000)],
)

random = Random(6)
rows = []
for group in range(25):
    level = 50 + 6 * random.normal()
    rows += [[group, round(level + 15 * random.normal())] for _ in range(3 + random.below(20))]
write("groups", ["group", "score"], rows)

random = Random(7)
rows = []
for _ in range(33):
    person = 55 + 12 * random.normal()
    rows.append([round(person + 6 * random.normal()), round(person + 4 + 6 * random.normal())])
write("pairs_many", ["before", "after"], rows)
write("pairs_few", ["before", "after"], rows[:5])

write(
    "counts",
    ["counts"],
    [
        [counts]
        for counts in [
            "4 4 4 4 4", "10 0 0 0 10", "0 0 0 10 10", "1 2 4 8 5", "7 3 1 3 6", "0 0 20 0 0", "3 0 5 0 2",
            "1 0 0 9 12 30 4", "12 8 0 0 0 7 15", "5 9", "4 0 3", "0 7 3", "6 1 2 11", "1 1 1 1 0", "2 3 5 7 11 13 17",
            "100000 250000 300000 250000 100000", "0 1 0 1 0 1 0 1 0 3",
        ]
    ],
)

write(
    "parts",
    ["n", "sum", "squares"],
    [
        [2, 7, 25], [3, 9, 29], [5, 300, 18250], [30, 1710, 99000], [89, 4400, 230000], [1000, 55000, 3200000], [1001, 55000, 3200000],
        [100000, 5000000, 300000000], [1000000, 57123456, 3600000000], [1000000000, 50000000000, 2900000000000],
    ],
)

write(
    "alphas",
    ["alpha", "persons", "items"],
    [
        [0.85, 89, 7], [0.7038, 2709, 5], [0.9, 2, 2], [0.6, 5, 3], [-0.4, 30, 6], [0.8, 30, 8], [0.75, 1000, 35],
        [0.82, 100000, 8], [0.8, 999, 20], [0.8, 1001, 2], [0.7, 600, 60], [0.82, 1000000, 8], [0.95, 1000000, 35],
    ],
)

random = Random(8)
rows = []
for person in range(30):
    careless = person % 5 == 0
    quick = person % 3 == 0
    point = random.below(5)
    answers = []
    for _ in range(18):
        if not careless or random.share() < 0.08:
            point = random.below(5)
        answers.append("NA" if random.share() < 0.04 else point)
    times = [round((1400 if quick else 4200) * (0.5 + random.share())) for _ in range(18)]
    rows.append([" ".join(map(str, answers)), " ".join(map(str, times))])
write("conduct", ["answers", "milliseconds"], rows)

write("retests", ["before", "after", "sem"], [[50, 72.4, 8.05], [61.25, 40, 6.5], [30, 30, 9], [0, 100, 0.001]])
