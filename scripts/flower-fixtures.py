"""Writes test/fixtures/flower.json: records, messages, requests and a key as Flower itself writes them.

    build/flower/bin/python scripts/flower-fixtures.py

build/flower is made by `python3 -m venv build/flower && build/flower/bin/pip install flwr==1.42.0`.
"""

import json
import math
import pathlib
from importlib.metadata import version

import numpy as np
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flwr.app import (
    Array,
    ArrayRecord,
    ConfigRecord,
    Error,
    Message,
    Metadata,
    MetricRecord,
    RecordDict,
)
from flwr.common.serde import message_to_proto
from flwr.app.message.message import remove_content_from_message
from flwr.proto import fleet_pb2, heartbeat_pb2, message_pb2, node_pb2
from flwr.supercore.inflatable.inflatable_object import get_all_nested_objects, get_object_tree
from flwr.supercore.primitives.asymmetric import (
    private_key_to_bytes,
    public_key_to_bytes,
    verify_signature,
)

FILE = pathlib.Path(__file__).parent.parent / "test/fixtures/flower.json"
# Larger objects are told by their ids alone.
MAX_BYTES = 4096

ARRAYS = {
    "float32": [np.array([[1, -2.5, 3], [math.inf, -0.0, 1e-45]], np.float32)],
    "int32": [np.array([2**31 - 1, -(2**31), 0], np.int32)],
    "uint8": [np.array([[[0], [255]]], np.uint8)],
    "bool": [np.array([True, False, True])],
    "scalar": [np.array(7.25, np.float32)],
    "empty": [np.zeros((0, 3), np.float32), np.zeros((2, 0), np.int32)],
    "equal": [np.ones(4, np.float32), np.zeros(2, np.float32), np.ones(4, np.float32)],
    "none": [],
}

# What a tensor cannot hold as it is: read, and never written.
CONVERTED = {
    "float64": [np.array([0.1, 2, -3])],
    "float16": [np.array([0.5, -65504], np.float16)],
    "int64": [np.array([5, -7])],
    "big-endian": [np.array([[1, 2], [3, 4]], ">f4")],
    "fortran": [np.asfortranarray(np.array([[1, 2, 3], [4, 5, 6]], np.float32))],
}

# The value of a record is told with the field in which it travels.
METRICS = {
    "metrics": {
        "loss": ("double", 0.1),
        "num-examples": ("sint64", 512),
        "negative": ("sint64", -(2**63)),
        "huge": ("uint64", 2**64 - 1),
        "safe": ("sint64", 2**53 - 1),
        "beyond": ("sint64", 2**53 + 1),
        "nan": ("double", math.nan),
        "infinite": ("double", -math.inf),
        "minus zero": ("double", -0.0),
        "doubles": ("doubles", [0.5, -1.25]),
        "integers": ("sints", [1, -2, 2**63 - 1]),
        "unsigned": ("uints", [1, 2**63]),
        "no values": ("doubles", []),
    },
    "no-metrics": {},
    "names": {"10": ("sint64", 0), "2": ("sint64", 1), "b": ("sint64", 2), "0": ("sint64", 3)},
}

# A whole number that Flower holds as a float: read as the same number, and written as an integer.
FLOATS = {"whole-floats": {"two": ("double", 2.0), "twos": ("doubles", [2.0, 3.0])}}

CONFIGS = {
    "config": {
        "lr": ("double", 0.01),
        "epochs": ("sint64", 3),
        "seed": ("uint64", 2**63 + 5),
        "negative": ("sint64", -1),
        "on": ("bool", True),
        "off": ("bool", False),
        "note": ("string", "größer als 𝒜, \"quoted\"\\ \u007f\n"),
        "no text": ("string", ""),
        "blob": ("bytes", b"\x00\xff\x80"),
        "no blob": ("bytes", b""),
        "layers": ("sints", [64, 32]),
        "rates": ("doubles", [0.1, 0.25]),
        "flags": ("bools", [True, False]),
        "tags": ("strings", ["", "ä", "🌼"]),
        "blobs": ("byteStrings", [b"", b"\x01"]),
        "no values": ("bools", []),
        "größe 𝒜": ("sint64", 1),
    },
    "names": {"10": ("string", "a"), "2": ("string", "b"), "b": ("string", "c"), "0": ("string", "d")},
}


def plain(value):
    """A value as JSON: integers, bytes and what is no number of JSON as texts."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool) or isinstance(value, str):
        return value
    return repr(value)


def objects(record):
    """All objects that a record consists of, children first."""
    nested = get_all_nested_objects(record)
    contents = {key: one.deflate() for key, one in nested.items()}
    return {
        "id": record.object_id,
        "objects": {k: v.hex() if len(v) <= MAX_BYTES else None for k, v in contents.items()},
    }


def array(name, x):
    return {
        "name": name,
        "shape": list(x.shape),
        "dtype": str(x.dtype),
        "data": [plain(value.item()) for value in x.ravel()],
    }


def arrays(x, names=None):
    names = names or [str(i) for i in range(len(x))]
    record = ArrayRecord({name: Array(one) for name, one in zip(names, x)})
    return {"arrays": [array(name, one) for name, one in zip(names, x)], **objects(record)}


def values(kind, entries):
    record = kind({name: value for name, (_, value) in entries.items()})
    told = [[name, field, plain(value)] for name, (field, value) in entries.items()]
    return {"values": told, **objects(record)}


def metadata(**changes):
    told = {
        "run_id": 2**63 + 1,
        "message_id": "",
        "src_node_id": 1,
        "dst_node_id": 2**64 - 1,
        "reply_to_message_id": "",
        "group_id": "3",
        "created_at": 1700000000.25,
        "ttl": 3600.5,
        "message_type": "train",
    }
    return Metadata(**{**told, **changes})


def message(**given):
    made = Message(**given)
    made.metadata.__dict__["_message_id"] = made.object_id
    bare = remove_content_from_message(made) if made.has_content() else made
    return {
        **objects(made),
        "tree": get_object_tree(made).SerializeToString().hex(),
        "proto": message_to_proto(bare).SerializeToString().hex(),
    }


def records():
    return RecordDict(
        {
            "10": ArrayRecord([np.ones(2, np.float32)]),
            "config": ConfigRecord({"lr": 0.5}),
            "2": MetricRecord({"loss": 0.25, "num-examples": 3}),
            "größe 𝒜": MetricRecord({}),
        }
    )


def large():
    """Equal pieces between the first, which has the header, and the last."""
    made = objects(ArrayRecord([np.zeros(4_000_000, np.float32)]))
    return {"length": 4_000_000, **made}


def api():
    node = node_pb2.Node(node_id=2**64 - 1)
    tree = message_pb2.ObjectTree(
        object_id="aa",
        children=[
            message_pb2.ObjectTree(
                object_id="bb", children=[message_pb2.ObjectTree(object_id="cc")]
            ),
            message_pb2.ObjectTree(object_id="dd"),
        ],
    )
    bare = Message(content=RecordDict(), metadata=metadata(message_id="aa", dst_task_id=0))
    proto = message_to_proto(bare)
    requests = {
        "registerNode": fleet_pb2.RegisterNodeFleetRequest(public_key=b"\x01\x02"),
        "activateNode": fleet_pb2.ActivateNodeRequest(public_key=b"\x01", heartbeat_interval=30),
        "deactivateNode": fleet_pb2.DeactivateNodeRequest(node_id=5),
        "unregisterNode": fleet_pb2.UnregisterNodeFleetRequest(node_id=5),
        "heartbeat": heartbeat_pb2.SendNodeHeartbeatRequest(node=node, heartbeat_interval=12.5),
        "pullMessages": fleet_pb2.PullMessagesRequest(node=node),
        "pullObject": message_pb2.PullObjectRequest(node=node, run_id=7, object_id="aa"),
        "confirmMessageReceived": message_pb2.ConfirmMessageReceivedRequest(
            node=node, run_id=7, message_object_id="aa"
        ),
        "pushMessages": fleet_pb2.PushMessagesRequest(
            node=node,
            messages_list=[proto],
            message_object_trees=[tree],
            clientapp_runtime_list=[1.5],
        ),
        # The field of the content stands last here, as it does in what a node sends; protobuf reads any order.
        "pushObject": message_pb2.PushObjectRequest(
            node=node, run_id=7, object_id="aa", session_id="s"
        ),
    }
    responses = {
        "registerNode": fleet_pb2.RegisterNodeFleetResponse(node_id=2**64 - 1),
        "activateNode": fleet_pb2.ActivateNodeResponse(node_id=5),
        "deactivateNode": fleet_pb2.DeactivateNodeResponse(),
        "unregisterNode": fleet_pb2.UnregisterNodeFleetResponse(),
        "heartbeat": heartbeat_pb2.SendNodeHeartbeatResponse(success=True),
        "pullMessages": fleet_pb2.PullMessagesResponse(
            messages_list=[proto], message_object_trees=[tree]
        ),
        "pullObject": message_pb2.PullObjectResponse(
            object_found=True, object_available=True, object_content=b"abc"
        ),
        "confirmMessageReceived": message_pb2.ConfirmMessageReceivedResponse(),
        "pushMessages": fleet_pb2.PushMessagesResponse(
            reconnect=fleet_pb2.Reconnect(reconnect=5),
            results={"aa": 0},
            objects_to_push=["aa", "bb"],
            session_id="s",
        ),
        "pushObject": message_pb2.PushObjectResponse(stored=True),
    }
    return {
        "requests": {k: v.SerializeToString().hex() for k, v in requests.items()},
        "responses": {k: v.SerializeToString().hex() for k, v in responses.items()},
        "pushedObject": message_pb2.PushObjectRequest(
            node=node, run_id=7, object_id="aa", session_id="s", object_content=b"xyz"
        )
        .SerializeToString()
        .hex(),
    }


def key():
    """A key for tests alone, and what it signs."""
    private = ec.derive_private_key(0x1ABE_96AD << 300 | 12345, ec.SECP384R1())
    text = "2026-01-02T03:04:05.678000+00:00"
    algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    signature = private.sign(text.encode("ascii"), algorithm)
    assert verify_signature(private.public_key(), text.encode("ascii"), signature)
    return {
        "private": private_key_to_bytes(private).decode("ascii"),
        "public": public_key_to_bytes(private.public_key()).decode("ascii"),
        "text": text,
        "signature": signature.hex(),
    }


def main():
    weights = [np.full(2, i, np.float32) for i in range(4)]
    fixtures = {
        "flower": version("flwr"),
        "arrayRecords": {
            **{name: arrays(x) for name, x in ARRAYS.items()},
            "names": arrays(weights, ["10", "2", "größe 𝒜 \"/\\\u007f\n", "0"]),
        },
        "converted": {name: arrays(x) for name, x in CONVERTED.items()},
        "large": large(),
        "metricRecords": {name: values(MetricRecord, x) for name, x in METRICS.items()},
        "wholeFloats": {name: values(MetricRecord, x) for name, x in FLOATS.items()},
        "configRecords": {name: values(ConfigRecord, x) for name, x in CONFIGS.items()},
        "messages": {
            "records": message(content=records(), metadata=metadata(src_task_id=0, dst_task_id=9)),
            "empty": message(content=RecordDict(), metadata=metadata()),
            "error": message(
                error=Error(2, "ValueError: größer"),
                metadata=metadata(reply_to_message_id="aa", message_type="evaluate"),
            ),
        },
        "api": api(),
        "key": key(),
    }
    FILE.write_text(json.dumps(fixtures, indent=1, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()
