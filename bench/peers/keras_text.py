"""What bench/text.ts measures, by Keras on TensorFlow on one thread: processor seconds, medians of five runs.

    $python bench/peers/keras_text.py FOLDER

The Python has the packages of scripts/verify_with_tensorflow/requirements.txt; FOLDER holds rt-polarity.pos.gz and .neg.gz.
"""

import gzip
import os
import statistics
import sys
import time

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
TEXTS, CHARACTERS, STRINGS, RUNS = 10_000, 1_200, 1_000_000, 5

sentences = []
for kind in ("pos", "neg"):
    with gzip.open(os.path.join(sys.argv[1], f"rt-polarity.{kind}.gz")) as file:
        sentences += file.read().decode(errors="replace").split("\n")

state = 1


def below(n):
    """As in bench/text.ts."""
    global state
    state = (state * 1664525 + 1013904223) % 2**32
    return int(state / 2**32 * n)


def text():
    made = ""
    while len(made) < CHARACTERS:
        made += sentences[below(len(sentences))] + " "
    return made[:CHARACTERS]


def seconds(run):
    times = []
    for _ in range(RUNS):
        before = time.process_time()
        run()
        times.append(time.process_time() - before)
    return statistics.median(times)


texts = [text() for _ in range(TEXTS)]
size = sum(len(one.encode()) for one in texts) / 1e6


def adapt():
    layer = keras.layers.TextVectorization(max_tokens=20_000, output_sequence_length=200)
    layer.adapt(texts)
    return layer


layer = adapt()
adapting = seconds(adapt)
encoding = seconds(lambda: layer(texts))
words = layer.get_vocabulary(include_special_tokens=False)
strings = [words[below(len(words))] for _ in range(STRINGS)]
lookup = keras.layers.StringLookup(vocabulary=words)
looking = seconds(lambda: lookup(strings))
print(f"TextVectorization of {size:.1f} MB: adapt {size / adapting:.0f} MB/s ({adapting:.3f} s), encode {size / encoding:.0f} MB/s ({encoding:.3f} s)")
print(f"StringLookup of {STRINGS} strings: {looking:.3f} s")
