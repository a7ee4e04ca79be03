"""Writes test/fixtures/numpy/*.json: what NumPy computes and prints, for test/unit/numpy.test.ts.

    python3 scripts/numpy-cases.py

A case is {op, inputs, args, output}. An array is a line of text, `float32[2,3] 1 -0.5 nan inf 0 -0.0`: dtype,
shape, elements in row-major order (JSON has no nan and no infinity, and would be four times as long). Where
lanegrad's result has another dtype than NumPy's (sums of small integers, means, indices), `output` is NumPy's
result in lanegrad's dtype.
"""

from numpy_cases.contractions import contractions
from numpy_cases.elementwise import elementwise
from numpy_cases.ordering import ordering
from numpy_cases.fuzz import fuzz
from numpy_cases.printing import printing
from numpy_cases.reductions import products, reductions
from numpy_cases.shapes import shapes, slicing

slicing()
shapes()
elementwise()
reductions()
products()
printing()
ordering()
contractions()
fuzz()
