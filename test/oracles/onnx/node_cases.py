"""The ONNX project's own test cases of single operators, for Stockpot to read: the model, what is fed, what must come out.

These cases feed everything, also shapes and axes, which in a graph with static shapes are known before it runs: those inputs
become initialisers. Left out are operators of other domains, types that Stockpot has no tensors of, and large cases.
"""

import base64
import json
import platform
import warnings
from pathlib import Path

import numpy
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases

FIXTURE = Path(__file__).resolve().parents[3] / "packages/engine/src/graph/onnx/fixtures/node-cases.json"
NAMES = {"float32": "f32", "float64": "f64", "float16": "f16", "int64": "i64", "int32": "i32", "uint8": "u8", "bool": "bool"}
# Integers of eight bits are computed with by these only.
QUANTISED = {"QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "MatMulInteger"}
# Positions of the inputs that shape the result.
STATIC = {
    "Clip": [1, 2],
    "ConstantOfShape": [0],
    "CumSum": [1],
    "Dropout": [1, 2],
    "Expand": [1],
    "If": [0],
    "OneHot": [1],
    "Pad": [1, 2, 3],
    "Range": [0, 1, 2],
    "Reshape": [1],
    "Resize": [1, 2, 3],
    "Slice": [1, 2, 3, 4],
    "Split": [1],
    "Squeeze": [1],
    "Tile": [1],
    "Trilu": [1],
    "Unsqueeze": [1],
    "Upsample": [1],
    **{f"Reduce{kind}": [1] for kind in ("Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSum", "LogSumExp")},
}
LARGEST = 300
# Large, and nothing smaller asks the same.
ALWAYS = {"test_batchnorm_example_training_mode", "test_group_normalization_example", "test_instancenorm_example"}
# Left to others: training, sequences, text, boxes, signals, quantised and recurrent layers. Stockpot refuses them by name.
OTHER = set(
    "Acos Acosh AffineGrid Asin Asinh Atan Atanh Attention Bernoulli BitCast BitShift BitwiseAnd BitwiseNot BitwiseOr "
    "BitwiseXor CausalConvWithState Col2Im Compress CumProd DFT DeformConv Det FlexAttention GRU GridSample "
    "Hardmax ImageDecoder LSTM LinearAttention Loop LpPool MaxUnpool NegativeLogLikelihoodLoss "
    "NonMaxSuppression NonZero OptionalGetElement OptionalHasElement QLinearMatMul RNN ReverseSequence "
    "RoiAlign RotaryEmbedding STFT Scan SoftmaxCrossEntropyLoss SwiGLU TensorScatter TfIdfVectorizer TopK Unique".split()
)
# Remainders of infinities, which come out as NaN; numbers that the case itself rounds to four digits.
SKIPPED = ("test_mod_float_edge_cases", "test_averagepool_2d_ceil_last_window")


def packed(values):
    contiguous = numpy.ascontiguousarray(values)
    return {
        "dtype": {**NAMES, "int8": "i8"}[contiguous.dtype.name],
        "shape": list(values.shape),
        "data": base64.b64encode(contiguous.tobytes()).decode("ascii"),
    }


def usable(case):
    graph = case.model.graph
    if case.model.opset_import[0].version < 7 or len(graph.node) != 1 or graph.node[0].domain not in ("", "ai.onnx") or graph.node[0].op_type in OTHER:
        return False
    if case.name.startswith(SKIPPED):
        return False
    tensors = [*case.data_sets[0][0], *case.data_sets[0][1]]
    names = {**NAMES, "int8": "i8"} if graph.node[0].op_type in QUANTISED else NAMES
    if not all(isinstance(tensor, numpy.ndarray) and tensor.dtype.name in names for tensor in tensors):
        return False
    return case.name in ALWAYS or sum(tensor.nbytes for tensor in tensors) <= LARGEST


def prepared(case):
    graph = case.model.graph
    node = graph.node[0]
    feeds = dict(zip([info.name for info in graph.input], case.data_sets[0][0]))
    fixed = {node.input[i] for i in STATIC.get(node.op_type, []) if i < len(node.input) and node.input[i] in feeds}
    for name in fixed:
        graph.initializer.append(numpy_helper.from_array(feeds.pop(name), name))
    for info in [info for info in graph.input if info.name in fixed]:
        graph.input.remove(info)
    graph.ClearField("doc_string")
    outputs = dict(zip([info.name for info in graph.output], case.data_sets[0][1]))
    return {
        "onnx": base64.b64encode(case.model.SerializeToString()).decode("ascii"),
        "feeds": {name: packed(value) for name, value in feeds.items()},
        "outputs": {name: packed(value) for name, value in outputs.items()},
    }


def main():
    numpy.random.seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = [case for case in collect_testcases(None) if case.model is not None and usable(case)]
    made = {case.name.removeprefix("test_"): prepared(case) for case in sorted(cases, key=lambda case: case.name)}
    versions = {"python": platform.python_version(), "numpy": numpy.__version__, "onnx": onnx.__version__}
    FIXTURE.write_text(json.dumps({"versions": versions, "cases": made}) + "\n")
    print(f"{len(made)} cases written, {FIXTURE.stat().st_size} bytes.")


main()
