"""Texts in Keras on TensorFlow, and a table in pandas and NumPy, on one thread: text.py THREADS texts FILE | text.py THREADS table FILE

FILE of texts is what text.ts writes: {"maxTokens", "outputSequenceLength", "texts", "words", "strings"}; that of a table is the census
of UCI Adult. Requests are {"op"}; they answer the milliseconds of the processor, {} the version.
"""

import json
import os
import sys
import time
import traceback


def of_texts(file):
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    import keras

    with open(file, encoding="utf-8") as opened:
        given = json.load(opened)
    texts, strings = tf.constant(given["texts"]), tf.constant(given["strings"])
    layer = keras.layers.TextVectorization(
        max_tokens=given["maxTokens"], output_sequence_length=given["outputSequenceLength"]
    )
    lookup = keras.layers.StringLookup(vocabulary=given["words"])
    # Graphs, as models run their layers.
    encode, look = tf.function(layer), tf.function(lookup)
    operations = {
        "adapt": lambda: layer.adapt(texts),
        "encode": lambda: encode(texts).numpy(),
        "lookup": lambda: look(strings).numpy(),
    }
    return operations, f"Keras {keras.__version__} on TensorFlow {tf.__version__}"


def of_table(file):
    import numpy as np
    import pandas as pd

    numbers = [0, 4, 10, 11, 12]
    texts = [1, 3, 5, 6, 7, 8, 9, 13]

    def table():
        frame = pd.read_csv(file, header=None, skipinitialspace=True, usecols=[*numbers, *texts, 14])
        values = frame[numbers].to_numpy(np.float32)
        values = (values - values.mean(0)) / values.std(0)
        categories = pd.get_dummies(frame[texts], columns=texts, dtype=np.float32).to_numpy()
        x = np.concatenate([values, categories], 1)
        y = frame[14].str.startswith(">50K").to_numpy(np.int32)
        order = np.random.default_rng(0).permutation(len(x))
        batches = 0
        for start in range(0, len(x), 128):
            rows = order[start : start + 128]
            batches += len(x[rows]) == len(y[rows])
        return batches

    return {"table": table}, f"pandas {pd.__version__}, NumPy {np.__version__}"


operations, version = {"texts": of_texts, "table": of_table}[sys.argv[2]](sys.argv[3])
for line in sys.stdin:
    request = json.loads(line)
    try:
        if "op" in request:
            started = time.process_time()
            operations[request["op"]]()
            answer = {"milliseconds": 1000 * (time.process_time() - started)}
        else:
            answer = {"version": version}
    except Exception:  # whatever it is, the harness reports it
        answer = {"error": traceback.format_exc()}
    print(json.dumps(answer), flush=True)
