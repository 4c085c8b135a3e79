"""Files that Stockpot exported for use, opened by others: ONNX's checker, onnxruntime from Python, and, beside the files of
eight bits, what onnxruntime's own tool makes of the same f32 file with the same calibration images.

    cd packages/engine && STOCKPOT_EXPORTED=/tmp/exported npx vitest run src/export/encode-network.test.ts
    python test/oracles/engine/exported.py /tmp/exported

Writes packages/engine/src/export/fixtures/exported.json: the hashes of the files that passed, and the root mean square error of
the tool's logits, which the test holds Stockpot's to, and the logits of ONNX's reference evaluator (docs/fidelity.md).
"""

import hashlib
import json
import logging
import platform
import sys
import tempfile
from pathlib import Path

import numpy
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

FIXTURE = Path(__file__).resolve().parents[3] / "packages/engine/src/export/fixtures/exported.json"
NAMES = ["ViT with a class token", "ViT that pools the mean", "ViT of class token and mean", "residual CNN"]
PRECISIONS = ["f32", "f16", "int8-dynamic", "int8-static"]
# Images that ONNX's reference evaluator, which knows no kernels, answers too.
FEW = 3
# Of the largest logit: two versions of one runtime.
BOUND = {"f32": 1e-5, "f16": 2e-3, "int8-dynamic": 2e-2, "int8-static": 2e-2}


class Images(CalibrationDataReader):
    def __init__(self, images):
        self.rows = iter(numpy.split(images, 4))

    def get_next(self):
        rows = next(self.rows, None)
        return None if rows is None else {"images": rows}


def answer(path, images):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(["logits"], {"images": images})[0]


def by_tool(path, images, folder):
    """onnxruntime's files of eight bits, by its defaults but for scales by channel and weights as signed integers."""
    prepared = Path(folder) / "prepared.onnx"
    quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)
    dynamic, static = Path(folder) / "dynamic.onnx", Path(folder) / "static.onnx"
    signed = {"per_channel": True, "weight_type": QuantType.QInt8}
    # Convolutions quantised dynamically have no kernel for signed weights.
    quantize_dynamic(str(prepared), str(dynamic), op_types_to_quantize=["MatMul", "Gemm"], **signed)
    # The products alone: of average pools the tool makes a node that the runtime refuses (its attribute dilations).
    products = {"op_types_to_quantize": ["Conv", "MatMul", "Gemm"], "quant_format": QuantFormat.QDQ}
    quantize_static(str(prepared), str(static), Images(images), activation_type=QuantType.QUInt8, **products, **signed)
    return {"int8-dynamic": dynamic, "int8-static": static}


def main(folder):
    logging.getLogger().setLevel(logging.ERROR)
    files, quantised, evaluated = {}, {}, {}
    for name in NAMES:
        stem = "".join(c if c.isalnum() else "-" for c in name)
        for precision in PRECISIONS:
            path = Path(folder) / f"{stem}-{precision}.onnx"
            case = json.loads(path.with_suffix(".json").read_text())
            images = numpy.array(case["images"], "f4").reshape(case["shape"])
            model = onnx.load(path)
            onnx.checker.check_model(model, full_check=True)
            logits = answer(path, images)
            error = numpy.abs(logits.ravel() - case["found"]).max() / numpy.abs(case["found"]).max()
            if error > BOUND[precision]:
                raise SystemExit(f"{path.name}: onnxruntime here differs by {error} from onnxruntime-node there")
            if precision in ("f32", "int8-dynamic"):
                rows = ReferenceEvaluator(model).run(["logits"], {"images": images[:FEW]})[0]
                evaluated[f"{name} {precision}"] = [[float(value) for value in row] for row in rows]
            if precision != "int8-static":
                files[path.stem] = hashlib.sha256(path.read_bytes()).hexdigest()
        right = numpy.array(case["logits"], "f8")
        with tempfile.TemporaryDirectory() as place:
            made = by_tool(Path(folder) / f"{stem}-f32.onnx", images, place)
            quantised[name] = {
                precision: float(numpy.sqrt(numpy.mean((answer(path, images).ravel() - right) ** 2))) for precision, path in made.items()
            }
        for precision in quantised[name]:
            found = json.loads((Path(folder) / f"{stem}-{precision}.json").read_text())["found"]
            ours = float(numpy.sqrt(numpy.mean((numpy.array(found) - right) ** 2)))
            print(f"{name}, {precision}: root mean square error {ours:.5f}, by onnxruntime's tool {quantised[name][precision]:.5f}")
    versions = {"python": platform.python_version(), "onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}
    FIXTURE.parent.mkdir(exist_ok=True)
    FIXTURE.write_text(json.dumps({"versions": versions, "files": files, "quantised": quantised, "evaluated": evaluated}, indent=2) + "\n")


main(sys.argv[1])
