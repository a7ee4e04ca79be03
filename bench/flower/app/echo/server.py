"""Sends weights to all nodes again and again, and writes how long each round took."""

import json
import time
from pathlib import Path

import numpy as np
from flwr.app import ArrayRecord, ConfigRecord, Context, Message, RecordDict
from flwr.serverapp import Grid, ServerApp

app = ServerApp()


@app.main()
def main(grid: Grid, context: Context) -> None:
    settings = context.run_config
    width = settings["width"]
    with open(Path(settings["folder"]) / "report.jsonl", "a", encoding="utf-8") as file:
        while len(nodes := list(grid.get_node_ids())) < settings["nodes"]:
            time.sleep(1)
        for number in range(settings["rounds"]):
            random = np.random.default_rng(number)
            weights = [random.random((width, width), dtype=np.float32) for _ in range(settings["arrays"])]
            if settings["flat"]:
                weights = [np.concatenate([array.ravel() for array in weights])]
            content = {"arrays": ArrayRecord(weights)}
            if settings["poll-interval"] > 0:
                content["config"] = ConfigRecord({"poll-interval": settings["poll-interval"]})
            messages = [
                Message(RecordDict(content), dst_node_id=node, message_type="train") for node in nodes
            ]
            start = time.monotonic()
            replies = list(grid.send_and_receive(messages, timeout=600))
            seconds = time.monotonic() - start
            errors = [reply.error.reason for reply in replies if reply.has_error()]
            error = errors[0] if errors else None
            print(json.dumps({"round": number, "seconds": seconds, "error": error}), file=file, flush=True)
        print(json.dumps({"end": True}), file=file, flush=True)
