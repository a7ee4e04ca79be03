"""Calls of NumPy on one thread: numpy_calls.py THREADS (of OpenBLAS)

Requests are those of linalg.ts, ordering.ts and fft.ts: {"op", "n", "batch", "calls"} answers the milliseconds of a call, {} the version.
Matrices are float32 and random, with more on the diagonal where that is needed; vectors are normal numbers, and whole numbers below n for
unique; signals are a batch of complex64 and float32 rows, and the first halves of their spectra.
"""

import json
import sys
import time
import traceback

import numpy as np

OPERATIONS = {
    "product": lambda a, spd, b: a @ a,
    "cholesky": lambda a, spd, b: np.linalg.cholesky(spd),
    "solve": lambda a, spd, b: np.linalg.solve(a, b),
    "inv": lambda a, spd, b: np.linalg.inv(a),
    "qr": lambda a, spd, b: np.linalg.qr(a),
    "eigh": lambda a, spd, b: np.linalg.eigh(spd),
    "svd": lambda a, spd, b: np.linalg.svd(a),
}
ORDERINGS = {
    "sort": lambda x, whole: np.sort(x),
    "argsort": lambda x, whole: np.argsort(x, stable=True),
    "median": lambda x, whole: np.median(x),
    "quantiles": lambda x, whole: np.quantile(x, [0.1, 0.25, 0.5, 0.75, 0.9]),
    "unique": lambda x, whole: np.unique(whole),
}
TRANSFORMS = {
    "fft": lambda z, x, half: np.fft.fft(z),
    "rfft": lambda z, x, half: np.fft.rfft(x),
    "irfft": lambda z, x, half: np.fft.irfft(half, x.shape[-1]),
}


def matrices(n, _):
    random = np.random.default_rng(n)
    a = random.standard_normal((n, n)).astype(np.float32)
    return a, (a @ a.T + n * np.eye(n, dtype=np.float32)), random.standard_normal((n, 16)).astype(np.float32)


def vectors(n, _):
    random = np.random.default_rng(n)
    return random.standard_normal(n).astype(np.float32), random.integers(0, n, n).astype(np.int32)


def signals(n, batch):
    random = np.random.default_rng(n)
    re, im = random.standard_normal((2, batch, n)).astype(np.float32)
    return re + 1j * im, re, np.fft.rfft(re)


GROUPS = [(OPERATIONS, matrices), (ORDERINGS, vectors), (TRANSFORMS, signals)]
made = {}
for line in sys.stdin:
    request = json.loads(line)
    try:
        if "op" in request:
            op, size = request["op"], (request["n"], request.get("batch", 1))
            run, make = next((group[op], make) for group, make in GROUPS if op in group)
            if (make, size) not in made:
                made[make, size] = make(*size)
            started = time.perf_counter()
            for _ in range(request["calls"]):
                run(*made[make, size])
            answer = {"milliseconds": 1000 * (time.perf_counter() - started) / request["calls"]}
        else:
            answer = {"version": f"NumPy {np.__version__}"}
    except Exception:  # whatever it is, the harness reports it
        answer = {"error": traceback.format_exc()}
    print(json.dumps(answer), flush=True)
