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
import numpy as np  # noqa: E402

from protocol import serve  # noqa: E402

if backend == "torch":
    import torch

    torch.set_num_threads(threads)


#  By the last activation, which Keras computes in one with the loss: the loss and its metric.
LOSSES = {
    "softmax": (keras.losses.CategoricalCrossentropy(from_logits=True), ["categorical_accuracy"]),
    "sigmoid": (
        keras.losses.BinaryCrossentropy(from_logits=True),
        [keras.metrics.BinaryAccuracy(threshold=0)],
    ),
    "linear": (keras.losses.MeanSquaredError(), None),
    #  Scores of the classes, whose numbers are the targets.
    None: (keras.losses.SparseCategoricalCrossentropy(from_logits=True), None),
}


def start(problem):
    architecture = problem["architecture"]
    last = architecture["config"]["layers"][-1]["config"]
    loss, metrics = LOSSES[last.get("activation")]
    if "activation" in last:
        # From probabilities, which Keras clips, the loss would be another one where they are small.
        last["activation"] = "linear"
    model = keras.models.model_from_json(json.dumps(architecture))
    optimizer = keras.optimizers.get(problem["optimizer"])
    if optimizer.weight_decay:
        # Matrices alone decay; no config says so.
        vectors = [w for w in model.trainable_variables if len(w.shape) < 2]
        optimizer.exclude_from_weight_decay(var_list=vectors)
    model.compile(optimizer, loss, metrics=metrics)
    model.set_weights(problem["weights"])

    def train(order, steps):
        chosen = order[: steps * problem["batchSize"]]
        x, y = problem["x"][chosen], problem["y"][chosen]
        if len(model.inputs) == 2:
            # The places of the characters, which are the same for all.
            x = [x, np.broadcast_to(np.arange(x.shape[1], dtype=np.int32), x.shape)]
        started = time.perf_counter()
        history = model.fit(x, y, batch_size=problem["batchSize"], shuffle=False, verbose=0)
        return time.perf_counter() - started, history.history["loss"][0]

    library = __import__(backend)
    versions = {"Keras": keras.__version__, backend: library.__version__}
    return versions, f"{threads} thread(s), fit", train, None


serve(start)
