"""Exports of a store beside polars, DuckDB, pyreadstat, R's haven and xlsxwriter: whole processes, the same data, in turn.

compare.py KOHESI HOME WORK [RUNS]

KOHESI is the program, HOME its folder with the store, WORK a folder for files. KOHESI_ONLY names formats, without it
csv parquet sav; xlsx is written of 10 000 interviews by others, so give it a store of so many. The others read the data from the
Parquet file that kohesi wrote (haven from the .sav), the quickest each of them can read, and write them in their own
way; the time they say they wrote for is told beside the time of the whole process.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

program, home, work = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
runs = int(sys.argv[4]) if len(sys.argv) > 4 else 5
work.mkdir(parents=True, exist_ok=True)
PARQUET = "'" + str(work / "tree") + "/*/*/*.parquet'"

POLARS = "import polars, time; d = polars.read_parquet({0}, hive_partitioning=True); t = time.perf_counter(); "
DUCKDB = (
    "import duckdb, time; c = duckdb.connect(); c.execute(\"CREATE TABLE d AS SELECT * FROM read_parquet({0}, "
    "hive_partitioning=true)\"); t = time.perf_counter(); "
)
PANDAS = "import pandas, duckdb, time; d = duckdb.sql(\"SELECT * FROM read_parquet({0}, hive_partitioning=true)\").df(); "
TOLD = "; print(time.perf_counter() - t)"
OTHERS = {
    "polars csv": POLARS + "d.write_csv({1!r})" + TOLD,
    "polars parquet": POLARS + "d.write_parquet({1!r})" + TOLD,
    "duckdb csv": DUCKDB + "c.execute(\"COPY d TO '{1}' (FORMAT csv)\")" + TOLD,
    "duckdb parquet": DUCKDB + "c.execute(\"COPY d TO '{1}' (FORMAT parquet)\")" + TOLD,
    "pyreadstat sav": PANDAS
    + "d['started'] = d['started'].astype(str); d['ended'] = d['ended'].astype(str); import pyreadstat; "
    "t = time.perf_counter(); pyreadstat.write_sav(d, {1!r})" + TOLD,
    "xlsxwriter xlsx": "import duckdb, time, xlsxwriter; d = duckdb.connect().execute(\"SELECT * REPLACE (started::VARCHAR "
    "AS started, ended::VARCHAR AS ended) FROM read_parquet({0}, hive_partitioning=true) LIMIT 10000\").fetchall(); "
    "t = time.perf_counter(); w = xlsxwriter.Workbook({1!r}, dict(constant_memory=True)); "
    "s = w.add_worksheet(); [s.write_row(n, 0, r) for n, r in enumerate(d)]; w.close()" + TOLD,
}
HAVEN = "library(haven); d <- read_sav('{0}', user_na = TRUE); t <- proc.time()[[3]]; write_sav(d, '{1}'); cat(proc.time()[[3]] - t)"


def measured(command, environment=None):
    """Seconds, MiB at its peak, and what it said."""
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True)
    said = child.stdout.read()
    faults = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - began
    if status:
        sys.exit(f"{command}: {faults}")
    return took, usage.ru_maxrss / 1024, said.strip()


def kohesi(format, path):
    return [program, "export", "--format", format, "-o", str(path), "--force", "--lang", "en"], dict(os.environ, KOHESI_HOME=home)


def line(name, results, path):
    times, peaks = [one[0] for one in results], [one[1] for one in results]
    try:
        written = f"{statistics.median(float(one[2]) for one in results):.2f}"
    except ValueError:
        written = ""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"| {name} | {min(times):.2f} / {statistics.median(times):.2f} / {max(times):.2f} | {written} | "
          f"{max(peaks):.0f} | {size:.0f} |", flush=True)


print("| | whole process, s: min / median / max | of it writing, s | peak memory, MiB | file, MB |")
print("|---|---|---|---|---|")
commands = {}
measured(*kohesi("parquet", work / "tree"))
measured(*kohesi("sav", work / "kohesi.sav"))
formats = os.environ.get("KOHESI_ONLY", "csv parquet sav").split()
for format in formats:
    path = work / (f"k_{format}" if format == "parquet" else f"k.{format}")
    commands[f"kohesi {format}"] = (*kohesi(format, path), path)
    for name, script in OTHERS.items():
        if name.endswith(" " + format):
            out = work / f"{name.replace(' ', '.')}"
            commands[name] = ([sys.executable, "-c", script.format(PARQUET, str(out))], None, out)
    if format == "sav" and shutil.which("Rscript"):
        out = work / "haven.sav"
        commands["haven sav"] = (["Rscript", "-e", HAVEN.format(work / "kohesi.sav", out)], None, out)
results = {name: [] for name in commands}
for _ in range(runs):
    for name, (command, environment, _) in commands.items():
        results[name].append(measured(command, environment))
for name, (_, _, path) in commands.items():
    line(name, results[name], path)
