"""A BERT of transformers goes in and comes out by Stockpot's command line, and transformers reads what came out.

Prints the largest difference of the logits, which must be 0. Run it from anywhere; it needs the repository's npm packages.
"""

import subprocess
import tempfile
from pathlib import Path

import torch
from transformers import BertConfig, BertForSequenceClassification

ROOT = Path(__file__).resolve().parents[3]
STOCKPOT = ["node", "--conditions=stockpot-source", "--import", "tsx", str(ROOT / "apps/cli/src/main.ts")]


def stockpot(*arguments):
    subprocess.run([*STOCKPOT, *map(str, arguments)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


with tempfile.TemporaryDirectory() as folder:
    original, imported, exported = (Path(folder) / name for name in ("original", "imported", "exported"))
    torch.manual_seed(0)
    config = BertConfig(vocab_size=60, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, num_labels=3)
    model = BertForSequenceClassification(config).eval()
    model.save_pretrained(original, max_shard_size="10KB")
    stockpot("import", original, "-o", imported)
    stockpot("export", imported, "-o", exported)
    back, info = BertForSequenceClassification.from_pretrained(exported, output_loading_info=True)
    ids = torch.randint(1, 60, (4, 20))
    with torch.no_grad():
        difference = (model(ids).logits - back.eval()(ids).logits).abs().max().item()
    print(f"largest difference of logits: {difference}; missing {info['missing_keys']}, unexpected {info['unexpected_keys']}")
    assert difference == 0 and not info["missing_keys"] and not info["unexpected_keys"]
