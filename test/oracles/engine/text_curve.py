"""50 steps of fine-tuning the miniature BertForSequenceClassification of bert.json, in f64 without dropout.

AdamW, warm-up and cosine, clipping, label smoothing, decay by layer (0.75), and every batch of 4 texts in 2 parts whose
gradients are averaged. Losses, gradient norms (before clipping) and some weights after the last step.
"""

import base64
import json
import math

import numpy
import torch
from fixture import ENGINE, packed_all, write
from torch.nn.functional import cross_entropy
from transformers import BertConfig, BertForSequenceClassification

STEPS, WARMUP, PEAK = 50, 5, 3e-3
BATCH, PARTS, BATCHES = 4, 2, 3
CLIP, SMOOTHING, DECAY, LAYER_DECAY = 1.0, 0.1, 0.05, 0.75
LENGTH = 10
FINAL = ("classifier.weight", "bert.pooler.dense.bias", "bert.encoder.layer.0.attention.self.query.weight", "bert.embeddings.word_embeddings.weight")

given = json.loads((ENGINE / "models/text/fixtures/bert.json").read_text(encoding="utf-8"))["cases"][0]


def unpacked(value):
    array = numpy.frombuffer(base64.b64decode(value["f32"]), dtype="<f4").reshape(value["shape"])
    return torch.from_numpy(array.copy()).double()


config = BertConfig(**json.loads(given["config"]))
model = BertForSequenceClassification(config).double().eval()
model.load_state_dict({name: unpacked(value) for name, value in given["weights"].items()})
DEPTH = config.num_hidden_layers

torch.manual_seed(23)
texts = BATCH * BATCHES
lengths = torch.randint(3, LENGTH + 1, (texts,))
mask = (torch.arange(LENGTH) < lengths[:, None]).long()
ids = torch.randint(1, config.vocab_size, (texts, LENGTH)) * mask
types = (torch.arange(LENGTH) >= lengths[:, None] // 2).long() * mask
labels = torch.randint(0, 3, (texts,))


def layer(name):
    if name.startswith("bert.embeddings."):
        return 0
    return int(name.split(".")[3]) + 1 if name.startswith("bert.encoder.layer.") else DEPTH + 1


def rate(step):
    if step < WARMUP:
        return PEAK * (step + 1) / WARMUP
    return PEAK * 0.5 * (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP)))


parameters = dict(model.named_parameters())
optimizer = torch.optim.AdamW(
    [
        {"params": [p], "weight_decay": DECAY if p.ndim > 1 else 0.0, "scale": LAYER_DECAY ** (DEPTH + 1 - layer(name))}
        for name, p in parameters.items()
    ],
    lr=1,
)
losses, norms = [], []
for step in range(STEPS):
    for group in optimizer.param_groups:
        group["lr"] = rate(step) * group["scale"]
    optimizer.zero_grad()
    total = 0.0
    for part in range(PARTS):
        start = (step % BATCHES) * BATCH + part * BATCH // PARTS
        rows = slice(start, start + BATCH // PARTS)
        logits = model(input_ids=ids[rows], attention_mask=mask[rows], token_type_ids=types[rows]).logits
        loss = cross_entropy(logits, labels[rows], label_smoothing=SMOOTHING) / PARTS
        loss.backward()
        total += loss.item()
    norms.append(torch.nn.utils.clip_grad_norm_(list(parameters.values()), CLIP).item())
    optimizer.step()
    losses.append(total)

write(
    "training/fixtures/text-curve.json",
    {
        "curve": {
            **{"steps": STEPS, "warmup": WARMUP, "peak": PEAK, "batch": BATCH, "parts": PARTS, "clip": CLIP},
            **{"labelSmoothing": SMOOTHING, "weightDecay": DECAY, "layerDecay": LAYER_DECAY},
            **{"ids": ids.tolist(), "types": types.tolist(), "mask": mask.tolist(), "labels": labels.tolist()},
            "losses": losses,
            "gradientNorms": norms,
            "final": packed_all({name: parameters[name] for name in FINAL}),
        }
    },
    also=["transformers"],
    indent=None,
)
