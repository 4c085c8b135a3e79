"""Accuracy of exported text models, by transformers' tokenizer and onnxruntime from Python, beside what Stockpot measured.

    for p in f32 f16 int8-dynamic int8-static; do npx stockpot export soup.safetensors --format onnx --precision $p --data reviews -o out/$p; done
    python test/oracles/engine/exported_text_accuracy.py out reviews/test.csv

The table has columns text and label (and pair), the whole of what the files were measured on. Prints for each file top-1 and
negative log-likelihood beside those of its export.json, and what onnxruntime's own dynamic quantisation makes of the f32 file;
then texts a second in batches of 32 (median of 5 passes, one thread). Ends with an error where a score of f32 differs by a text,
or where a batch of several lengths answers otherwise than its texts do alone.
"""

import csv
import json
import logging
import sys
import tempfile
import time
from pathlib import Path

import numpy
import onnx
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from transformers import AutoTokenizer

BATCH = 32


def session_of(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def answer(session, batches):
    names = [one.name for one in session.get_inputs()]
    return numpy.concatenate([session.run(["logits"], {name: batch[name] for name in names})[0] for batch in batches]).astype("f8")


def main(exported, table):
    logging.getLogger().setLevel(logging.ERROR)
    record = json.loads((exported / "f32/export.json").read_text())
    # The files of the folder alone: no name of a model, no download.
    tokenizer = AutoTokenizer.from_pretrained(str(exported / "f32"), local_files_only=True)
    labels_of = json.loads((exported / "f32/config.json").read_text())["label2id"]
    rows = list(csv.DictReader(table.open(newline="")))
    labels = numpy.array([labels_of[row["label"]] for row in rows])

    def tokens(some):
        pairs = [row["pair"] for row in some] if "pair" in some[0] else None
        cut = {"truncation": "longest_first", "max_length": record["input"]["cut"]}
        found = tokenizer([row["text"] for row in some], pairs, padding=True, return_tensors="np", **cut)
        types = found.get("token_type_ids", numpy.zeros_like(found["input_ids"]))
        return {"input_ids": found["input_ids"].astype("i8"), "attention_mask": found["attention_mask"].astype("i8"), "token_type_ids": types.astype("i8")}

    batches = [tokens(rows[start : start + BATCH]) for start in range(0, len(rows), BATCH)]
    files = {name: exported / name / "model.onnx" for name in ("f32", "f16", "int8-dynamic", "int8-static") if (exported / name).is_dir()}
    with tempfile.TemporaryDirectory() as folder:
        ready, files["tool, dynamic"] = Path(folder) / "ready.onnx", Path(folder) / "dynamic.onnx"
        quant_pre_process(str(files["f32"]), str(ready), skip_symbolic_shape=True)
        quantize_dynamic(str(ready), str(files["tool, dynamic"]), per_channel=True, weight_type=QuantType.QInt8)
        print("| file | top-1 % | Stockpot | NLL | Stockpot | size kB | texts a second |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        for name, path in files.items():
            onnx.checker.check_model(onnx.load(path), full_check=True)
            session = session_of(path)
            logits = answer(session, batches)
            seconds = []
            for _ in range(5):
                began = time.perf_counter()
                answer(session, batches)
                seconds.append(time.perf_counter() - began)
            top = float(numpy.mean(logits.argmax(1) == labels))
            shifted = logits - logits.max(1, keepdims=True)
            nll = float(numpy.mean(numpy.log(numpy.exp(shifted).sum(1)) - shifted[numpy.arange(len(labels)), labels]))
            known = path.parent / "export.json"
            told = json.loads(known.read_text())["comparison"]["exported"] if known.exists() else None
            theirs = ("", "") if told is None else (f"{100 * told['top1']:.2f}", f"{told['nll']:.4f}")
            rate = len(rows) / numpy.median(seconds)
            print(f"| {name} | {100 * top:.2f} | {theirs[0]} | {nll:.4f} | {theirs[1]} | {path.stat().st_size / 1e3:.0f} | {rate:,.0f} |")
            if name != "f32":
                continue
            if told is None or abs(top - told["top1"]) > 1e-9 or abs(nll - told["nll"]) > 1e-4:
                raise SystemExit(f"f32 answers {top}, {nll} here and {told} there")
            alone = answer(session, [tokens([row]) for row in rows])
            error = numpy.abs(alone - logits).max() / numpy.abs(logits).max()
            if error > 1e-5:
                raise SystemExit(f"texts alone answer otherwise than in batches of several lengths: {error}")


main(Path(sys.argv[1]), Path(sys.argv[2]))
