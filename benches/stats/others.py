"""The same figures by polars, DuckDB and pandas, from Parquet: means, SDs, scores, alpha; of all and of each workshop.

others.py prepare RAW PARQUET ROWS ITEMS   makes Parquet of the raw codes (ROWS x ITEMS bytes, then ROWS workshops of 4)
others.py PROGRAM PARQUET RUNS             prints the seconds of each run and some figures to compare
Not answered is null. A score takes two thirds of the items; alpha takes those who answered all of them.
"""
import json
import sys
import time

ASPECTS = json.loads(sys.argv[-1])  # for each aspect: the columns, and whether each is reversed; the last argument


def prepare(raw, parquet, rows, items):
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    with open(raw, "rb") as file:
        codes = np.frombuffer(file.read(rows * items), dtype=np.uint8).reshape(rows, items)
        workshops = np.frombuffer(file.read(rows * 4), dtype="<u4")
    columns = {f"i{k}": pa.array(codes[:, k], mask=codes[:, k] > 5) for k in range(items)}
    columns["workshop"] = pa.array(workshops.astype("int32"))
    pq.write_table(pa.table(columns), parquet)


def keyed(columns):
    """The columns of an aspect with the sign and offset that turn the reversed ones: 6 - x."""
    return [(name, -1 if reverse else 1, 6 if reverse else 0) for name, reverse in columns]


def polars(path):
    import polars as pl

    frame = pl.scan_parquet(path)
    scores, aggregates = [], []
    for a, columns in enumerate(ASPECTS):
        parts = [pl.col(n).cast(pl.Int16) * s + o for n, s, o in keyed(columns)]
        k = len(parts)
        total = pl.sum_horizontal(parts)  # nulls count as nothing
        answered = pl.sum_horizontal([pl.col(n).is_not_null().cast(pl.Int16) for n, _ in columns])
        whole = answered == k
        scores.append(pl.when(answered * 3 >= 2 * k).then((total / answered - 1) * 25).alias(f"score{a}"))
        scores.append(pl.when(whole).then(total).alias(f"sum{a}"))
        scores += [pl.when(whole).then(pl.col(n)).alias(f"c_{n}") for n, _ in columns]
        variances = pl.sum_horizontal([pl.col(f"c_{n}").var() for n, _ in columns])
        aggregates += [pl.col(f"score{a}").mean().alias(f"mean{a}"), pl.col(f"score{a}").std().alias(f"sd{a}")]
        aggregates.append((k / (k - 1) * (1 - variances / pl.col(f"sum{a}").var())).alias(f"alpha{a}"))
        for n, _ in columns:
            aggregates += [pl.col(n).mean().alias(f"mean_{n}"), pl.col(n).std().alias(f"sd_{n}")]
    frame = frame.with_columns(scores)
    whole = frame.select(aggregates).collect()
    each = frame.group_by("workshop").agg(aggregates).collect()
    return [whole[f"alpha{a}"][0] for a in range(len(ASPECTS))], [whole[f"mean{a}"][0] for a in range(len(ASPECTS))], len(each)


def duckdb(path):
    import duckdb

    connection = duckdb.connect()
    inner, outer = [], []
    for a, columns in enumerate(ASPECTS):
        k = len(columns)
        total = " + ".join(f"coalesce({o} + {s} * {n}::INT, 0)" for n, s, o in keyed(columns))
        answered = " + ".join(f"({n} IS NOT NULL)::INT" for n, _ in columns)
        inner.append(f"CASE WHEN ({answered}) * 3 >= {2 * k} THEN (({total})::DOUBLE / ({answered}) - 1) * 25 END AS score{a}")
        inner.append(f"CASE WHEN ({answered}) = {k} THEN {total} END AS sum{a}")
        variances = " + ".join(f"var_samp({n}) FILTER (WHERE sum{a} IS NOT NULL)" for n, _ in columns)
        outer += [f"avg(score{a}) AS mean{a}", f"stddev_samp(score{a}) AS sd{a}"]
        outer.append(f"{k / (k - 1)} * (1 - ({variances}) / var_samp(sum{a})) AS alpha{a}")
        for n, _ in columns:
            outer += [f"avg({n}) AS mean_{n}", f"stddev_samp({n}) AS sd_{n}"]
    source = f"(SELECT *, {', '.join(inner)} FROM read_parquet('{path}'))"
    whole = connection.execute(f"SELECT {', '.join(outer)} FROM {source}").fetchone()
    names = [column[0] for column in connection.description]
    each = connection.execute(f"SELECT workshop, {', '.join(outer)} FROM {source} GROUP BY workshop").fetchall()
    of = lambda name: [whole[names.index(f"{name}{a}")] for a in range(len(ASPECTS))]
    return of("alpha"), of("mean"), len(each)


def pandas(path):
    import pandas as pd

    frame = pd.read_parquet(path).astype("float32")
    alphas, means, groups = [], [], 0
    for a, columns in enumerate(ASPECTS):
        k = len(columns)
        names = [n for n, _ in columns]
        part = pd.DataFrame({n: frame[n] * s + o for n, s, o in keyed(columns)})
        answered = part.notna().sum(axis=1)
        score = ((part.mean(axis=1).astype("float64") - 1) * 25).where(answered * 3 >= 2 * k)
        whole = part[answered == k].astype("float64")
        total = whole.sum(axis=1)
        alphas.append(k / (k - 1) * (1 - whole.var().sum() / total.var()))
        means.append(score.mean())
        frame[names].mean(), frame[names].std(), score.std()
        by = frame["workshop"]
        frame[names].groupby(by).mean(), frame[names].groupby(by).std()
        score.groupby(by).mean(), score.groupby(by).std()
        here = by[answered == k]
        each = k / (k - 1) * (1 - whole.groupby(here).var().sum(axis=1) / total.groupby(here).var())
        groups = len(each)
    return alphas, means, groups


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    else:
        run, seconds = {"polars": polars, "duckdb": duckdb, "pandas": pandas}[sys.argv[1]], []
        for _ in range(int(sys.argv[3]) + 1):  # the first one warms up
            begun = time.perf_counter()
            alphas, means, groups = run(sys.argv[2])
            seconds.append(time.perf_counter() - begun)
        print(json.dumps({"seconds": seconds[1:], "alphas": alphas, "means": means, "groups": groups}))
