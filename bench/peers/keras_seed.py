"""The seed network in Keras on PyTorch: keras_seed.py THREADS

`fit` is given the samples in the harness's order, so that it need not shuffle.
"""

import os
import sys
import time

os.environ["KERAS_BACKEND"] = "torch"

import keras  # noqa: E402
import torch  # noqa: E402

from protocol import serve  # noqa: E402

torch.set_num_threads(int(sys.argv[1]))


def start(problem):
    model = keras.Sequential(
        [
            keras.Input((problem["inputs"],)),
            keras.layers.Dense(problem["hidden"], activation="relu"),
            keras.layers.Dense(problem["classes"], activation="softmax"),
        ]
    )
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    model.set_weights(problem["weights"])

    def train(order, steps):
        chosen = order[: steps * problem["batchSize"]]
        x, y = problem["x"][chosen], problem["y"][chosen]
        started = time.perf_counter()
        history = model.fit(x, y, batch_size=problem["batchSize"], shuffle=False, verbose=0)
        return time.perf_counter() - started, history.history["loss"][0]

    versions = {"Keras": keras.__version__, "PyTorch": torch.__version__}
    return versions, f"{torch.get_num_threads()} thread(s), fit", train, None


serve(start)
