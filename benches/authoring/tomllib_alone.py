"""Reads a TOML file with Python's own reader; prints seconds and peak KiB."""

import resource
import sys
import time
import tomllib

began = time.perf_counter()
with open(sys.argv[1], "rb") as file:
    read = tomllib.load(file)
seconds = time.perf_counter() - began
items = sum(len(section["items"]) for section in read["sections"])
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, items)
