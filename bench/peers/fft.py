"""Fourier transforms in NumPy: fft.py THREADS (which NumPy does not use for them)

Requests are those of fft.ts: {"op", "batch", "n", "calls"} answers the milliseconds of a call, {} the version.
"""

import json
import sys
import time
import traceback

import numpy as np

OPERATIONS = {
    "fft": lambda x, half, n: np.fft.fft(x),
    "rfft": lambda x, half, n: np.fft.rfft(x.real),
    "irfft": lambda x, half, n: np.fft.irfft(half, n),
}


def signals(batch, n):
    random = np.random.default_rng(n)
    x = random.standard_normal((2, batch, n)).astype(np.float32)
    return (x[0] + 1j * x[1]).astype(np.complex64), np.fft.rfft(x[0])


made = {}
for line in sys.stdin:
    request = json.loads(line)
    try:
        if "op" in request:
            key = (request["batch"], request["n"])
            if key not in made:
                made[key] = signals(*key)
            x, half = made[key]
            x = np.ascontiguousarray(x.real) if request["op"] == "rfft" else x
            started = time.perf_counter()
            for _ in range(request["calls"]):
                OPERATIONS[request["op"]](x, half, request["n"])
            answer = {"milliseconds": 1000 * (time.perf_counter() - started) / request["calls"]}
        else:
            answer = {"version": f"NumPy {np.__version__}"}
    except Exception:  # whatever it is, the harness reports it
        answer = {"error": traceback.format_exc()}
    print(json.dumps(answer), flush=True)
