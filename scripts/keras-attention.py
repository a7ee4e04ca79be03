"""Writes test/fixtures/attention-training.json: how Keras on JAX trains the graphs of the golden file in which queries may look
at nothing.

    $python scripts/keras-attention.py

On PyTorch, with which the golden file was made, the gradient of such a query is too large by the number of keys: the kernel
there loses the logarithm of that number beside the score of a key that is left out. The docstring of verify-with-keras.py says
which Python that is.
"""

import gzip
import json
import os
import pathlib

ROOT = pathlib.Path(__file__).parent.parent
os.environ.setdefault("KERAS_BACKEND", "jax")

import keras  # noqa: E402
import numpy as np  # noqa: E402

NAMES = ["attention_mask"]


def array(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "dtype": str(x.dtype), "data": x.ravel().tolist()}


def numpy(a):
    return np.array(a["data"], a["dtype"]).reshape(a["shape"])


def trained(case):
    model = keras.Model.from_config(case["config"])
    model.set_weights([numpy(w) for w in case["weights"]])
    model.compile(**case["compile"])
    x, y = numpy(case["x"]), numpy(case["y"])
    history = model.fit(x, y, **case["fit"], shuffle=False, verbose=0).history
    size = case["fit"]["batch_size"]
    return {
        "name": case["name"],
        "weights": case["weights"][:1],
        "history": history,
        "evaluate": model.evaluate(x, y, batch_size=size, verbose=0, return_dict=True),
        "weights_after": [array(w) for w in model.get_weights()],
        "predict": array(model.predict(x[:5], verbose=0)),
    }


with gzip.open(ROOT / "test/golden/data/graphs.json.gz") as file:
    cases = json.load(file)["cases"]
result = {
    "source": f"keras {keras.__version__} ({keras.backend.backend()} backend)",
    "cases": [trained(case) for case in cases if case["name"] in NAMES],
}
path = ROOT / "test/fixtures/attention-training.json"
path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
