"""Writes fixtures: JSON with tensors as base64 of little-endian f32, and the versions of the libraries that made them."""

import base64
import json
import platform
from importlib import metadata
from pathlib import Path

import numpy
import timm
import torch

ENGINE = Path(__file__).resolve().parents[3] / "packages" / "engine" / "src"


def packed(tensor):
    """A tensor as {shape, f32}: exact, and small enough to commit."""
    array = numpy.ascontiguousarray(tensor.detach().cpu().numpy().astype("<f4"))
    return {"shape": list(array.shape), "f32": base64.b64encode(array.tobytes()).decode("ascii")}


def packed_all(tensors):
    return {name: packed(tensor) for name, tensor in tensors.items()}


def write(path, content, also=(), indent=1):
    """Writes `content` below the engine's sources, with the versions beside it, those of the packages `also` too."""
    versions = {
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "torch": torch.__version__,
        "timm": timm.__version__,
        **{package: metadata.version(package) for package in also},
    }
    target = ENGINE / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"versions": versions, **content}, indent=indent) + "\n", encoding="utf-8")
    print(f"wrote {target.relative_to(ENGINE.parents[2])} ({target.stat().st_size} bytes)")
