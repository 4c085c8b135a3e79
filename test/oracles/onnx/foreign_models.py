"""Writes small ONNX models in styles that Stockpot itself does not write, with the outputs of ONNX's reference evaluator.

Constants as nodes, attributes that moved to inputs in later opsets, open dimensions, names with dots, variadic operators,
absent optional inputs: what exporters really produce.
"""

import base64
import json
import platform
from pathlib import Path

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

FIXTURE = Path(__file__).resolve().parents[3] / "packages/engine/src/graph/onnx/fixtures/foreign-models.json"
NAMES = {"float32": "f32", "float64": "f64", "int64": "i64", "int32": "i32", "bool": "bool"}


def wave(*shape):
    return numpy.sin(1.3 * numpy.arange(numpy.prod(shape, dtype=int)) + 0.2).reshape(shape).astype("f4")


def tensor(name, values):
    return numpy_helper.from_array(numpy.asarray(values), name)


def info(name, shape, dtype=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, dtype, shape)


def model(nodes, inputs, outputs, initializers, opset):
    graph = helper.make_graph(nodes, "foreign", inputs, outputs, initializers)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.checker.check_model(made, full_check=True)
    return made


def perceptron():
    """Opset 13: ReduceMean's axes are an attribute, the batch is open, weights are initialisers with dotted names."""
    nodes = [
        helper.make_node("Gemm", ["pixels", "fc1.weight", "fc1.bias"], ["hidden"], transB=1),
        helper.make_node("Relu", ["hidden"], ["active"]),
        helper.make_node("MatMul", ["active", "fc2.weight"], ["logits"]),
        helper.make_node("ReduceMean", ["logits"], ["centre"], axes=[-1], keepdims=1),
        helper.make_node("Sub", ["logits", "centre"], ["centred"]),
        helper.make_node("Softmax", ["centred"], ["probabilities"], axis=-1),
    ]
    weights = [tensor("fc1.weight", wave(5, 4)), tensor("fc1.bias", wave(5)), tensor("fc2.weight", wave(5, 3))]
    made = model(nodes, [info("pixels", ["batch", 4])], [info("probabilities", ["batch", 3])], weights, 13)
    return made, {"pixels": wave(2, 4)}, {"batch": 2}


def constants():
    """Constant nodes, a negative slice, Clip with one bound, Min of three, Pad, a transpose without perm."""
    nodes = [
        helper.make_node("Constant", [], ["starts"], value=tensor("", numpy.array([-1], "i8"))),
        helper.make_node("Constant", [], ["ends"], value=tensor("", numpy.array([-(2**31)], "i8"))),
        helper.make_node("Constant", [], ["axes"], value=tensor("", numpy.array([1], "i8"))),
        helper.make_node("Constant", [], ["steps"], value=tensor("", numpy.array([-1], "i8"))),
        helper.make_node("Slice", ["x", "starts", "ends", "axes", "steps"], ["reversed"]),
        helper.make_node("Constant", [], ["upper"], value=tensor("", numpy.array(0.5, "f4"))),
        helper.make_node("Clip", ["reversed", "", "upper"], ["clipped"]),
        helper.make_node("Min", ["clipped", "x", "upper"], ["least"]),
        helper.make_node("Constant", [], ["pads"], value=tensor("", numpy.array([0, 1, 2, 0], "i8"))),
        helper.make_node("Pad", ["least", "pads"], ["padded"], mode="constant"),
        helper.make_node("Transpose", ["padded"], ["y"]),
    ]
    return model(nodes, [info("x", [2, 3])], [info("y", [4, 4])], [], 18), {"x": wave(2, 3)}, {}


def attention():
    """Opset 17: Split by an initialiser, LayerNormalization, batched products, a gather of the class token, Cast, Where."""
    nodes = [
        helper.make_node("LayerNormalization", ["x", "scale", "shift"], ["normed"], epsilon=1e-6),
        helper.make_node("MatMul", ["normed", "qkv.weight"], ["qkv"]),
        helper.make_node("Split", ["qkv", "sizes"], ["q", "k", "v"], axis=2),
        helper.make_node("Transpose", ["k"], ["kt"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["q", "kt"], ["scores"]),
        helper.make_node("Greater", ["scores", "zero"], ["likes"]),
        helper.make_node("Where", ["likes", "scores", "zero"], ["masked"]),
        helper.make_node("Softmax", ["masked"], ["weights"]),
        helper.make_node("MatMul", ["weights", "v"], ["mixed"]),
        helper.make_node("Gather", ["mixed", "position"], ["token"], axis=1),
        helper.make_node("ArgMax", ["token"], ["best"], axis=-1, keepdims=0),
        helper.make_node("Cast", ["best"], ["y"], to=TensorProto.FLOAT),
    ]
    weights = [
        tensor("scale", wave(4)),
        tensor("shift", wave(4)),
        tensor("qkv.weight", wave(4, 12)),
        tensor("sizes", numpy.array([4, 4, 4], "i8")),
        tensor("zero", numpy.array(0, "f4")),
        tensor("position", numpy.array(0, "i8")),
    ]
    outputs = [info("token", [2, 4]), info("y", [2])]
    return model(nodes, [info("x", [2, 3, 4])], outputs, weights, 17), {"x": wave(2, 3, 4)}, {}


def shared_heads():
    """Opset 23: causal attention with two heads of queries on one of keys, operands of three axes; RMS normalisation."""
    nodes = [
        helper.make_node("RMSNormalization", ["x", "scale"], ["normed"], epsilon=1e-6),
        helper.make_node("Attention", ["normed", "keys", "values"], ["y"], q_num_heads=4, kv_num_heads=2, is_causal=1),
    ]
    inputs = [info("x", [2, 3, 8]), info("keys", [2, 3, 4]), info("values", [2, 3, 6])]
    made = model(nodes, inputs, [info("y", [2, 3, 12])], [tensor("scale", wave(8))], 23)
    return made, {"x": wave(2, 3, 8), "keys": wave(2, 3, 4), "values": wave(2, 3, 6)}, {}


def kept_keys():
    """Opset 23: attention with a mask of booleans, a soft cap, its own scale, and keys and values of earlier tokens."""
    mask = numpy.array([[True, False, True, True, False], [False, True, True, True, True]])
    nodes = [
        helper.make_node(
            "Attention", ["q", "k", "v", "mask", "past_k", "past_v"], ["y", "all_k", "all_v"], scale=0.7, softcap=1.5
        )
    ]
    shapes = {"q": [1, 2, 2, 3], "k": [1, 2, 2, 3], "v": [1, 2, 2, 4], "past_k": [1, 2, 3, 3], "past_v": [1, 2, 3, 4]}
    outputs = [info("y", [1, 2, 2, 4]), info("all_k", [1, 2, 5, 3]), info("all_v", [1, 2, 5, 4])]
    inputs = [info(name, shape) for name, shape in shapes.items()]
    feeds = {name: wave(*shape) * (1 + i) for i, (name, shape) in enumerate(shapes.items())}
    return model(nodes, inputs, outputs, [tensor("mask", mask)], 23), feeds, {}


def old_opset():
    """Opset 11: axes, pads and pieces as attributes, softmax over two axes, a resize by scales, a convolution padded by name."""
    nodes = [
        helper.make_node("Conv", ["x", "filters"], ["features"], auto_pad="SAME_LOWER", strides=[2, 2]),
        helper.make_node("Softmax", ["features"], ["soft"], axis=2),
        helper.make_node("Resize", ["soft", "roi", "scales"], ["large"], mode="linear", coordinate_transformation_mode="asymmetric"),
        helper.make_node("AveragePool", ["large"], ["mean"], kernel_shape=[2, 2], auto_pad="VALID", strides=[2, 2]),
        helper.make_node("ReduceSum", ["mean"], ["sum"], axes=[-1], keepdims=0),
        helper.make_node("Unsqueeze", ["sum"], ["apart"], axes=[0, 3]),
        helper.make_node("Squeeze", ["apart"], ["row"], axes=[0]),
        helper.make_node("Split", ["row"], ["first", "second"], axis=1, split=[1, 2]),
        helper.make_node("Concat", ["second", "first"], ["y"], axis=1),
    ]
    weights = [tensor("filters", wave(3, 2, 4, 4)), tensor("roi", numpy.zeros(0, "f4")), tensor("scales", numpy.array([1, 1, 1.5, 2], "f4"))]
    return model(nodes, [info("x", [1, 2, 5, 6])], [info("y", [1, 3, 1, 2])], weights, 11), {"x": wave(1, 2, 5, 6)}, {}


def packed(values):
    contiguous = numpy.ascontiguousarray(values)
    return {
        "dtype": NAMES[contiguous.dtype.name],
        "shape": list(values.shape),
        "data": base64.b64encode(contiguous.tobytes()).decode("ascii"),
    }


def computed(made, feeds):
    """The reference evaluator gives every opset the newest softmax, so onnxruntime judges the old ones."""
    if made.opset_import[0].version < 13:
        session = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
        return dict(zip([output.name for output in session.get_outputs()], session.run(None, feeds)))
    evaluator = ReferenceEvaluator(made)
    return dict(zip(evaluator.output_names, evaluator.run(None, feeds)))


def main():
    models = {}
    for make in (perceptron, constants, attention, shared_heads, kept_keys, old_opset):
        made, feeds, dimensions = make()
        outputs = computed(made, feeds)
        models[make.__name__] = {
            "onnx": base64.b64encode(made.SerializeToString()).decode("ascii"),
            "dimensions": dimensions,
            "feeds": {name: packed(value) for name, value in feeds.items()},
            "outputs": {name: packed(value) for name, value in outputs.items()},
        }
    versions = {"python": platform.python_version(), "numpy": numpy.__version__, "onnx": onnx.__version__}
    versions["onnxruntime"] = onnxruntime.__version__
    FIXTURE.write_text(json.dumps({"versions": versions, "models": models}, indent=1) + "\n")
    print(f"{len(models)} models written.")


main()
