"""Averages safetensors files as people do, on request: a line 'numpy OUT FILE…' or 'torch OUT FILE…' on standard input is
answered by the seconds that loading, averaging and saving took. First comes a line with the versions."""
import sys
import time

import numpy
import safetensors.numpy
import torch
import safetensors.torch

torch.set_num_threads(int(sys.argv[1]))
print(f"NumPy {numpy.__version__}, PyTorch {torch.__version__}", flush=True)

SIDES = {"numpy": safetensors.numpy, "torch": safetensors.torch}

for line in sys.stdin:
    words = line.rstrip("\n").split("\t")
    if words == ["end"]:
        break
    files, out, side = words[2:], words[1], SIDES[words[0]]
    started = time.perf_counter()
    soup = side.load_file(files[0])
    for name in soup:
        soup[name] = soup[name] / len(files)
    for file in files[1:]:
        other = side.load_file(file)
        for name in soup:
            soup[name] += other[name] / len(files)
    side.save_file(soup, out)
    print(time.perf_counter() - started, flush=True)
