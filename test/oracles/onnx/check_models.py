"""Checks ONNX files that Stockpot wrote: the official checker, ONNX's own reference evaluator, and onnxruntime for Python.

Every model lies in the folder given as `<name>.onnx` beside `<name>.json` with feeds and the outputs that Stockpot's f64
reference computed. The hashes of the files that passed all three go into a fixture, so that `npm test` can tell whether
today's files are still the ones that were checked.
"""

import base64
import hashlib
import json
import platform
import sys
from pathlib import Path

import numpy
import onnx
import onnx.reference
import onnxruntime

FIXTURE = Path(__file__).resolve().parents[3] / "packages/engine/src/graph/onnx/fixtures/checked-models.json"
DTYPES = {"f32": "<f4", "f64": "<f8", "i64": "<i8", "i32": "<i4", "u8": "u1", "i8": "i1", "bool": "?"}
# f32 against f64: a few roundings, relative to the larger of 1 and the value.
BOUND = 4e-6
# What ONNX's reference evaluator 1.23 cannot do although the specification allows it; onnxruntime still judges these.
BEYOND_THE_EVALUATOR = {
    "ConvTranspose-groups-and-dilations-one-spatial-axis": "it mistakes the channels of a group for filters",
    "GatherElements-along-the-last-axis-repeated": "it takes a negative axis for another one",
    "GatherElements-fewer-rows-than-the-data": "it wants indices as long as the data",
    "Loop-carries-a-sum-over-the-rows": "it takes an absent condition for a false one",
    "Loop-carries-a-state-through-a-network-and-shows-it": "it takes an absent condition for a false one",
    "Loop-one-turn": "it takes an absent condition for a false one",
    "Loop-stacks-what-each-turn-reads-by-an-index": "it takes an absent condition for a false one",
    "Pad-removing": "numpy.pad takes no negative pads",
}


def array(packed):
    data = numpy.frombuffer(base64.b64decode(packed["data"]), dtype=DTYPES[packed["dtype"]])
    return data.reshape(packed["shape"])


def compare(name, who, found, expected):
    for output, value in expected.items():
        result = found[output]
        if list(result.shape) != list(value.shape):
            raise SystemExit(f"{name}: {who} gives {output} the shape {result.shape}, Stockpot {value.shape}")
        error = numpy.abs(result.astype("f8") - value.astype("f8")) / numpy.maximum(1, numpy.abs(value.astype("f8")))
        if error.size and not error.max() < BOUND:
            raise SystemExit(f"{name}: {who} differs from Stockpot's reference by {error.max()} in {output}")


def check(path):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    case = json.loads(path.with_suffix(".json").read_text())
    feeds = {key: array(value) for key, value in case["feeds"].items()}
    expected = {key: array(value) for key, value in case["outputs"].items()}
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    outputs = [output.name for output in session.get_outputs()]
    compare(path.name, "onnxruntime", dict(zip(outputs, session.run(None, feeds))), expected)
    if path.stem in BEYOND_THE_EVALUATOR:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    evaluator = onnx.reference.ReferenceEvaluator(model)
    compare(path.name, "onnx.reference", dict(zip(evaluator.output_names, evaluator.run(None, feeds))), expected)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main():
    models = sorted(Path(sys.argv[1]).glob("*.onnx"))
    hashes = {path.stem: check(path) for path in models}
    versions = {
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "onnx": onnx.__version__,
        "onnxruntime": onnxruntime.__version__,
    }
    FIXTURE.write_text(json.dumps({"versions": versions, "models": hashes}, indent=1) + "\n")
    print(f"{len(hashes)} models passed the checker, onnx.reference and onnxruntime.")


main()
