"""The server: Flower's legacy workflow, and a report of everything that reaches it."""

import json
import time
from pathlib import Path

import numpy as np
from flwr.app import Context
from flwr.common import bytes_to_ndarray, ndarrays_to_parameters, parameters_to_ndarrays
from flwr.server import LegacyContext, ServerConfig
from flwr.server.strategy import FedAvg
from flwr.server.workflow import DefaultWorkflow, SecAggPlusWorkflow
from flwr.serverapp import Grid, ServerApp

app = ServerApp()


class Report:
    def __init__(self, folder):
        self.folder = Path(folder)

    def add(self, **line):
        with open(self.folder / "report.jsonl", "a", encoding="utf-8") as file:
            print(json.dumps(line), file=file, flush=True)


class Watched:
    """Says of each answer what is in it."""

    def __init__(self, grid, report):
        self.grid, self.report = grid, report

    def __getattr__(self, name):
        return getattr(self.grid, name)

    def send_and_receive(self, messages, **options):
        messages = list(messages)
        asked = messages[0].content.config_records.get("secaggplus_configs", {}).get("stage")
        replies = list(self.grid.send_and_receive(messages, **options))
        for reply in replies:
            told = {"stage": asked, "type": reply.metadata.message_type, "node": str(reply.metadata.src_node_id)}
            if reply.has_error():
                self.report.add(**told, error=reply.error.reason)
                continue
            records = reply.content
            arrays = sum(len(record) for record in records.array_records.values())
            masked = records.config_records.get("secaggplus_configs", {}).get("masked_params", [])
            numbers = [bytes_to_ndarray(one).ravel() for one in masked]
            # Without a mask all of them would be at most 2^22.
            small = float(np.mean(np.concatenate(numbers) <= 2**22)) if numbers else None
            self.report.add(**told, records=list(records), arrays=arrays, masked=len(masked), small=small)
        return replies


class Reporting(FedAvg):
    report: Report
    evaluations: int

    def aggregate_fit(self, server_round, results, failures):
        averaged = [[str(proxy.node_id), result.num_examples] for proxy, result in results]
        parameters, metrics = super().aggregate_fit(server_round, results, failures)
        if parameters is not None:
            arrays = {str(i): array for i, array in enumerate(parameters_to_ndarrays(parameters))}
            np.savez(self.report.folder / f"round-{server_round}.npz", **arrays)
        told = [[result.metrics.get("loss"), result.status.code.value] for _, result in results]
        self.report.add(round=server_round, averaged=averaged, told=told)
        return parameters, metrics

    def configure_evaluate(self, server_round, parameters, client_manager):
        if server_round > self.evaluations:
            return []
        return super().configure_evaluate(server_round, parameters, client_manager)

    def aggregate_evaluate(self, server_round, results, failures):
        measured = [
            [str(proxy.node_id), result.loss, result.num_examples, dict(result.metrics)] for proxy, result in results
        ]
        self.report.add(round=server_round, measured=measured, failures=len(failures))
        return super().aggregate_evaluate(server_round, results, failures)


@app.main()
def main(grid: Grid, context: Context) -> None:
    settings = context.run_config
    while len(list(grid.get_node_ids())) < settings["nodes"]:
        time.sleep(0.5)
    report = Report(settings["folder"])
    initial = None
    if settings["weights"]:
        with np.load(settings["weights"]) as file:
            initial = ndarrays_to_parameters([file[name] for name in file.files])
    strategy = Reporting(
        initial_parameters=initial,
        min_fit_clients=2,
        min_evaluate_clients=1,
        min_available_clients=2,
        on_fit_config_fn=lambda number: {"server-round": number, "epochs": 2, "lr": 0.01},
    )
    strategy.report, strategy.evaluations = report, settings["evaluations"]
    secure = SecAggPlusWorkflow(num_shares=1.0, reconstruction_threshold=0.6, timeout=settings["timeout"])
    workflow = DefaultWorkflow(fit_workflow=secure if settings["secure"] else None)
    config = ServerConfig(num_rounds=settings["rounds"])
    workflow(Watched(grid, report), LegacyContext(context=context, config=config, strategy=strategy))
    report.add(end=True)
