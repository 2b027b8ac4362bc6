"""Converts an XLSForm, written as CSV, to an XForm without the validator; prints seconds, peak KiB and questions."""

import resource
import sys
import time

from pyxform.xls2xform import convert

began = time.perf_counter()
done = convert(xlsform=sys.argv[1], validate=False, pretty_print=False)
seconds = time.perf_counter() - began
items = done.xform.count("<bind ") - 1
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, items)
