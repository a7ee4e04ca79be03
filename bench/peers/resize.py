"""Resizing images in Pillow or PyTorch: resize.py THREADS (of OpenMP) pillow | torch | torch-last

Bilinear, an axis that gets shorter is smoothed. `torch-last` has the channels of its images last in memory. The requests are
those of resize.ts: {"file", "dtype", "from": [height, width], "to": [height, width]} reads an image with three channels, and
{"calls", "out"} answers the milliseconds of a call and writes the last result into a file.
"""

import json
import sys
import time
import traceback

import numpy as np

THREADS, LIBRARY = int(sys.argv[1]), sys.argv[2]


def pillow(image, height, width):
    from PIL import Image, __version__

    picture = Image.fromarray(image)
    bilinear = Image.Resampling.BILINEAR
    return f"Pillow {__version__}", lambda: picture.resize((width, height), bilinear), np.asarray


def torch(image, height, width):
    import torch

    torch.set_num_threads(THREADS)
    layout = torch.channels_last if LIBRARY == "torch-last" else torch.contiguous_format
    picture = torch.from_numpy(image).permute(2, 0, 1)[None].contiguous(memory_format=layout)

    def resize():
        with torch.inference_mode():
            return torch.nn.functional.interpolate(
                picture, (height, width), mode="bilinear", antialias=True
            )

    version = f"PyTorch {torch.__version__}, {torch.get_num_threads()} thread(s)"
    return version, resize, lambda out: out[0].permute(1, 2, 0).numpy()


resize = to_array = None
for line in sys.stdin:
    request = json.loads(line)
    try:
        if "file" in request:
            image = np.fromfile(request["file"], request["dtype"]).reshape(*request["from"], 3)
            start = pillow if LIBRARY == "pillow" else torch
            version, resize, to_array = start(image, *request["to"])
            answer = {"version": version}
        else:
            started = time.perf_counter()
            for _ in range(request["calls"]):
                out = resize()
            seconds = time.perf_counter() - started
            np.ascontiguousarray(to_array(out)).tofile(request["out"])
            answer = {"milliseconds": 1000 * seconds / request["calls"]}
    except Exception:  # whatever it is, the harness reports it
        answer = {"error": traceback.format_exc()}
    print(json.dumps(answer), flush=True)
