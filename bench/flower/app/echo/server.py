"""Sends weights to one node again and again, and writes how long each round has taken."""

import json
import time
from pathlib import Path

import numpy as np
from flwr.app import ArrayRecord, Context, Message, RecordDict
from flwr.serverapp import Grid, ServerApp

app = ServerApp()


@app.main()
def main(grid: Grid, context: Context) -> None:
    settings = context.run_config
    width = settings["width"]
    with open(Path(settings["folder"]) / "report.jsonl", "a", encoding="utf-8") as file:
        while not (nodes := list(grid.get_node_ids())):
            time.sleep(1)
        for number in range(settings["rounds"]):
            random = np.random.default_rng(number)
            weights = [random.random((width, width), dtype=np.float32) for _ in range(2)]
            content = RecordDict({"arrays": ArrayRecord(weights)})
            message = Message(content, dst_node_id=nodes[0], message_type="train")
            start = time.monotonic()
            (reply,) = grid.send_and_receive([message], timeout=600)
            seconds = time.monotonic() - start
            error = reply.error.reason if reply.has_error() else None
            print(json.dumps({"round": number, "seconds": seconds, "error": error}), file=file, flush=True)
        print(json.dumps({"end": True}), file=file, flush=True)
