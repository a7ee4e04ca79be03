"""Linear algebra in NumPy on one thread: linalg.py THREADS (of OpenBLAS)

Requests are those of linalg.ts: {"op", "n", "calls"} answers the milliseconds of a call, {} the version. Matrices are float32 and
random, with more on the diagonal where that is needed.
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


def matrices(n):
    random = np.random.default_rng(n)
    a = random.standard_normal((n, n)).astype(np.float32)
    return a, (a @ a.T + n * np.eye(n, dtype=np.float32)), random.standard_normal((n, 16)).astype(np.float32)


made = {}
for line in sys.stdin:
    request = json.loads(line)
    try:
        if "op" in request:
            n = request["n"]
            if n not in made:
                made[n] = matrices(n)
            started = time.perf_counter()
            for _ in range(request["calls"]):
                OPERATIONS[request["op"]](*made[n])
            answer = {"milliseconds": 1000 * (time.perf_counter() - started) / request["calls"]}
        else:
            answer = {"version": f"NumPy {np.__version__}"}
    except Exception:  # whatever it is, the harness reports it
        answer = {"error": traceback.format_exc()}
    print(json.dumps(answer), flush=True)
