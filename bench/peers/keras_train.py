"""A workload in Keras: keras_train.py THREADS BACKEND

`fit` is given the samples in the harness's order, so that it need not shuffle.
"""

import os
import sys
import time

threads, backend = int(sys.argv[1]), sys.argv[2]
os.environ["KERAS_BACKEND"] = backend
if backend == "jax" and hasattr(os, "sched_setaffinity"):
    # XLA takes as many threads as there are processors for it.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])

import json  # noqa: E402

import keras  # noqa: E402

from protocol import serve  # noqa: E402

if backend == "torch":
    import torch

    torch.set_num_threads(threads)

LOSSES = {
    "softmax": "categorical_crossentropy",
    "sigmoid": "binary_crossentropy",
    "linear": "mean_squared_error",
}


def start(problem):
    model = keras.models.model_from_json(json.dumps(problem["architecture"]))
    optimizer = keras.optimizers.get(problem["optimizer"])
    loss = LOSSES[problem["architecture"]["config"]["layers"][-1]["config"]["activation"]]
    model.compile(optimizer, loss, metrics=None if loss == "mean_squared_error" else ["accuracy"])
    model.set_weights(problem["weights"])

    def train(order, steps):
        chosen = order[: steps * problem["batchSize"]]
        x, y = problem["x"][chosen], problem["y"][chosen]
        started = time.perf_counter()
        history = model.fit(x, y, batch_size=problem["batchSize"], shuffle=False, verbose=0)
        return time.perf_counter() - started, history.history["loss"][0]

    library = __import__(backend)
    versions = {"Keras": keras.__version__, backend: library.__version__}
    return versions, f"{threads} thread(s), fit", train, None


serve(start)
