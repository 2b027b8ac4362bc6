"""What other programs find in kohesi's exports, beside the CSV of codes, which the Rust tests compare with the answers.

judge.py FOLDER: every difference is printed, and ends it with 1.
"""

import csv
import json
import math
import pathlib
import sys

import duckdb
import frictionless
import jsonschema
import openpyxl
import pandas
import pyarrow.dataset
import pyreadstat

folder = pathlib.Path(sys.argv[1])
problems = []


def check(holds, *what):
    if not holds and len(problems) < 40:
        problems.append(" ".join(str(one) for one in what))


def said(text):
    """A text as it was, without the apostrophe that keeps a spreadsheet from running it."""
    if text.startswith("'") and text.lstrip("'")[:1] in tuple("=+-@"):
        return text[1:]
    return text


def codebook(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cut(text, size):
    return text.encode()[:size].decode(errors="ignore")


def same(found, expected, kind):
    """Whether a value is the one that stands in a cell of the CSV."""
    empty = found is None or found == "" or found is pandas.NaT or (isinstance(found, float) and math.isnan(found))
    if expected == "" or empty:
        return expected == "" and empty
    if kind in ("code", "integer", "decimal"):
        return math.isclose(float(found), float(expected), rel_tol=0, abs_tol=1e-9)
    if kind == "datetime":
        moment = pandas.Timestamp(found)
        moment = moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")
        return abs((moment - pandas.Timestamp(expected)).total_seconds()) < 0.002
    if kind == "date":
        return str(found)[:10] == expected
    return str(found) == said(expected)


def rows_are_the_same(name, kinds, truth, rows):
    check(len(rows) == len(truth), name, "has", len(rows), "rows instead of", len(truth))
    for found, expected in zip(rows, truth):
        for variable, kind in kinds.items():
            if variable in found:
                check(same(found[variable], expected[variable], kind), name, expected["interview"], variable,
                      repr(found[variable]), "instead of", repr(expected[variable]))


def sav(path, book, kinds, truth, language):
    data, meta = pyreadstat.read_sav(path, user_missing=True)
    rows_are_the_same(path.name, kinds, truth, data.astype(object).where(data.notna(), None).to_dict("records"))
    check(list(data.columns) == list(kinds), path.name, "has other columns", list(data.columns))
    for line in book:
        variable, text = line["variable"], said(line[f"text_{language}"])
        if line["about"] == "variable":
            check(meta.column_names_to_labels[variable] == (cut(text, 256) or None), path.name, variable, "label")
            level = {"nominal": "nominal", "ordinal": "ordinal", "scale": "scale"}[line["measure"]]
            check(meta.variable_measure[variable] == level, path.name, variable, meta.variable_measure[variable])
        elif line["about"] in ("value", "missing") and line["code"] and kinds[variable] in ("code", "integer", "decimal"):
            label = meta.variable_value_labels[variable].get(float(line["code"]))
            check(label == cut(text, 120), path.name, variable, line["code"], repr(label), "instead of", repr(text))
            if line["about"] == "missing":
                ranges = meta.missing_ranges.get(variable, [])
                codes = [one["lo"] for one in ranges if one["lo"] == one["hi"]]
                check(float(line["code"]) in codes, path.name, variable, line["code"], "is not missing")
    without, _ = pyreadstat.read_sav(path)
    for line in book:
        if line["about"] == "missing" and line["code"]:
            check(not (without[line["variable"]] == float(line["code"])).any(), path.name, line["variable"], "counts")


def xlsx(path, kinds, truth, labels):
    book = openpyxl.load_workbook(path, read_only=True)
    check(len(book.sheetnames) == 4, path, book.sheetnames)
    codes, words = (list(book.worksheets[place].values) for place in (0, 1))
    rows = [dict(zip(codes[0], row)) for row in codes[1:]]
    rows_are_the_same(path.name, {name: kind for name, kind in kinds.items() if kind != "text"}, truth, rows)
    check(len(words) == len(truth) + 1, path.name, "labels")
    told = [dict(zip(words[0], row)) for row in words[1:]]
    for row, expected in zip(told, labels):
        for name, kind in kinds.items():
            if kind in ("code", "text"):
                check((row[name] or "") == expected[name], path.name, name, repr(row[name]), repr(expected[name]))
    for sheet in book.worksheets:
        for row in sheet.values:
            for cell in row:
                check(not (isinstance(cell, str) and cell[:1] in tuple("=+-@")), path.name, "runs", repr(cell))


def parquet(key, kinds, truth):
    tree = folder / "tree"
    kept = {name: kind for name, kind in kinds.items()}
    query = f"SELECT * FROM read_parquet('{tree}/questionnaire={key}/*/*.parquet', hive_partitioning = true) ORDER BY interview"
    table = duckdb.sql(query).to_arrow_table().to_pylist()
    expected = [dict(one, workshop=one["workshop"] or "none") for one in truth]
    rows_are_the_same(f"duckdb {key}", kept, expected, table)
    dataset = pyarrow.dataset.dataset(tree / f"questionnaire={key}", partitioning="hive", exclude_invalid_files=False)
    arrow = dataset.to_table().sort_by("interview")
    rows_are_the_same(f"pyarrow {key}", kept, expected, arrow.to_pylist())
    about = json.loads(dataset.schema.metadata[b"kohesi"])
    check(set(about["variables"]) == set(kinds), key, "its metadata tell of other columns")


def of(key):
    here = folder / key
    book = codebook(here / "codes.csv.codebook.csv")
    kinds = {line["variable"]: line["type"] for line in book if line["about"] == "variable"}
    truth, labels = codebook(here / "codes.csv"), codebook(here / "labels.csv")
    frame = pandas.read_csv(here / "codes.csv", dtype=str, keep_default_na=False)
    check(frame.to_dict("records") == truth, key, "pandas reads another CSV")
    found = duckdb.connect().execute(f"SELECT count(*) FROM read_csv('{here}/codes.csv', all_varchar = true)").fetchone()
    check(found[0] == len(truth), key, "duckdb reads another CSV")
    for name in ("codes", "labels"):
        report = frictionless.validate(str(here / f"{name}.csv.datapackage.json"), type="package")
        check(report.valid, key, name, "frictionless", report.flatten(["rowNumber", "fieldName", "note"])[:5])
    sav(here / "id.sav", book, kinds, truth, "id" if f"text_id" in book[0] else "en")
    xlsx(here / "data.xlsx", kinds, truth, labels)
    parquet(key, kinds, truth)
    schema = jsonschema.Draft202012Validator(json.loads((folder / "schema.json").read_text()))
    lines = [json.loads(line) for line in (here / "data.jsonl").read_text().splitlines()]
    for line, expected in zip(lines, truth, strict=True):
        check(line["interview"] == expected["interview"], key, "json", line["interview"])
        for error in schema.iter_errors(line):
            check(False, key, "json", error.json_path, error.message)
    events = codebook(here / "codes.csv.events.csv")
    check(len(events) == sum(len(line["events"]) for line in lines), key, "history")
    print("judged", key, len(truth), "interviews,", len(kinds), "columns")


for key in sorted(path.name for path in folder.iterdir() if (path / "codes.csv").exists()):
    of(key)
for problem in problems:
    print("!!!", problem)
sys.exit(bool(problems))
