"""What other programs make of a file that was cut short: prefix.py FILE…

Each file is read whole, then cut at every length of a stride (the last 32 bytes one by one). A reader must refuse what was
cut, or find what the whole file holds. Every length at which it finds something else is printed, and ends it with 1.
"""

import io
import pathlib
import sys
import tempfile
import warnings

import openpyxl
import pyarrow.parquet
import pyreadstat

warnings.simplefilter("ignore")


def xlsx(data):
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return [[tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book]


def parquet(data):
    return pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist()


def sav(data):
    with tempfile.NamedTemporaryFile(suffix=".sav") as file:
        file.write(data)
        file.flush()
        return pyreadstat.read_sav(file.name)[0].fillna("").values.tolist()


wrong = False
for name in sys.argv[1:]:
    path = pathlib.Path(name)
    data = path.read_bytes()
    read = {".xlsx": xlsx, ".parquet": parquet, ".sav": sav}[path.suffix]
    whole = read(data)
    assert whole, name
    stride = max(1, len(data) // 24)
    lengths = sorted({*range(0, len(data), stride), *range(max(0, len(data) - 32), len(data))})
    refused = same = 0
    for length in lengths:
        try:
            found = read(data[:length])
        except Exception:
            refused += 1
            continue
        if found == whole:
            same += 1
        else:
            wrong = True
            print(f"{path.name}: {length} of {len(data)} bytes are read as something else", file=sys.stderr)
    print(f"{path.suffix[1:]}: {len(lengths)} lengths of {len(data)} bytes: {refused} refused, {same} read as the whole")
sys.exit(wrong)
