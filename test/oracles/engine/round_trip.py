"""Real miniatures of timm and transformers go into Stockpot, are fine-tuned there, and come out: does their library read them?

For each one: the library makes a checkpoint as it would for the hub; Stockpot imports it, fine-tunes it for five steps and
writes it back (packages/engine/scripts/round-trip.ts, so Node and `npm ci` are needed); the library loads what came out and
must compute the logits that Stockpot computed. The inputs, what Stockpot stored, and the hash of the files that were
verified here are committed: `npm test` checks that Stockpot still writes those very bytes.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import timm
import torch
import transformers as hf
from safetensors.torch import load_file, save_file
from timm.models._hub import save_for_hf

from families import (
    CLASSES, DEPTH, DIM, GRID, HEADS, IMAGE, MLP, PATCH, VIT, DinoV2, plain_timm, preprocessor, randomised,
)
from fixture import ENGINE

FIXTURES = ENGINE / "models" / "formats" / "fixtures" / "round-trip"
PACKAGE = ENGINE.parent
BOUND = 1e-4


def make_timm(folder):
    arguments = dict(
        img_size=IMAGE, patch_size=PATCH, embed_dim=DIM, depth=DEPTH, num_heads=HEADS, mlp_ratio=MLP / DIM,
        num_classes=CLASSES, init_values=0.5, reg_tokens=1,
    )
    model = randomised(timm.create_model("vit_tiny_patch16_224", **arguments))
    save_for_hf(model, folder, model_args=arguments, safe_serialization=True)


def read_timm(folder, images, _):
    model = timm.create_model(f"local-dir:{folder}", pretrained=True).eval()
    return model(images)


def save(model, folder, **fields):
    randomised(model).save_pretrained(folder)
    Path(folder, "preprocessor_config.json").write_text(preprocessor(**fields), encoding="utf-8")


def make_vit(folder, **fields):
    # Without a head but with a pooler, as encoders are published: the head is Stockpot's.
    save(hf.ViTModel(hf.ViTConfig(**VIT, intermediate_size=MLP, **fields)), folder)


def read_vit(folder, images, _):
    model, report = hf.ViTForImageClassification.from_pretrained(folder, output_loading_info=True)
    if report["missing_keys"] or report["mismatched_keys"]:
        raise SystemExit(f"transformers misses {report}")
    return model.eval()(images).logits


def make_dinov2(folder):
    # Positions of 5 × 5 patches for images of 3 × 3, a head of its own with named classes, half precision.
    config = hf.Dinov2Config(**{**VIT, "image_size": 10, "mlp_ratio": 2}, num_labels=CLASSES)
    config.id2label = {0: "cup", 1: "pot", 2: "spoon"}
    config.label2id = {"cup": 0, "pot": 1, "spoon": 2}
    model = hf.Dinov2ForImageClassification(config)
    save(randomised(model), folder, do_center_crop=True, size={"shortest_edge": 8}, resample=3,
         crop_size={"height": IMAGE, "width": IMAGE})


def read_dinov2(folder, images, _):
    model = hf.AutoModelForImageClassification.from_pretrained(folder)
    if model.config.id2label[2] != "spoon":
        raise SystemExit("the names of the classes were lost")
    return model.eval()(images).logits


def make_clip(folder):
    # Both towers, in f16 as OpenAI's were published; the text tower travels along.
    vision = hf.CLIPVisionConfig(**VIT, intermediate_size=MLP).to_dict()
    text = hf.CLIPTextConfig(hidden_size=4, intermediate_size=4, num_hidden_layers=1, num_attention_heads=1, vocab_size=5,
                             max_position_embeddings=3, projection_dim=4, bos_token_id=0, eos_token_id=1).to_dict()
    model = hf.CLIPModel(hf.CLIPConfig(vision_config=vision, text_config=text, projection_dim=4))
    save(randomised(model).half(), folder, do_center_crop=True, size={"shortest_edge": IMAGE}, resample=3,
         crop_size={"height": IMAGE, "width": IMAGE})


def read_clip(folder, images, source):
    before, after = load_file(f"{source}/model.safetensors"), load_file(f"{folder}/model.safetensors")
    for name, tensor in before.items():
        if name.startswith(("text_", "logit_scale")) and not torch.equal(tensor, after[name]):
            raise SystemExit(f"{name} of the text tower changed on the way")
    model = hf.CLIPModel.from_pretrained(folder).eval()
    features = model.visual_projection(model.vision_model(images).pooler_output)
    # transformers has no class for a head on CLIP's embeddings; it stands beside them under its own name.
    return features @ after["head.weight"].float().T + after["head.bias"].float()


def make_plain_timm(folder):
    arguments = dict(
        img_size=IMAGE, patch_size=PATCH, embed_dim=DIM, depth=DEPTH, num_heads=HEADS, mlp_ratio=MLP / DIM,
        num_classes=CLASSES,
    )
    model = randomised(timm.create_model("vit_tiny_patch16_224", **arguments))
    save_for_hf(model, folder, model_args=arguments, safe_serialization=True)


def make_original(model):
    """A checkpoint in the layout of a research repository: no config beside it."""

    def make(folder):
        save_file({name: tensor.contiguous() for name, tensor in randomised(model()).state_dict().items()},
                  f"{folder}/model.safetensors")

    return make


def read_mae(folder, images, _):
    """ViTMAE has no class for a head; the mean of its patches and the head beside it make the logits."""
    model = hf.ViTMAEModel.from_pretrained(folder, mask_ratio=0.0).eval()
    tensors = load_file(f"{folder}/model.safetensors")
    noise = torch.arange(images.shape[-1] ** 2 // PATCH**2, dtype=torch.float32).expand(images.shape[0], -1)
    features = model(images, noise=noise).last_hidden_state[:, 1:].mean(dim=1)
    return features @ tensors["head.weight"].T + tensors["head.bias"]


def read_dinov2_anew(folder, images, _):
    return hf.AutoModelForImageClassification.from_pretrained(folder).eval()(images).logits


CASES = {
    "timm": (make_timm, read_timm, {"classes": 4}),
    "transformers-vit": (make_vit, read_vit, {"classes": 4}),
    "transformers-dinov2": (make_dinov2, read_dinov2, {}),
    "transformers-clip": (make_clip, read_clip, {"classes": 4}),
    # From one library to another: configs are then written anew.
    "timm-to-transformers": (make_plain_timm, read_vit, {"format": "huggingface-vit"}),
    "transformers-to-timm": (
        lambda folder: make_vit(folder, layer_norm_eps=1e-6), read_timm, {"classes": 4, "format": "timm"},
    ),
    "dinov2-to-transformers": (
        make_original(lambda: DinoV2(2, True, 0, GRID, mlp=16)), read_dinov2_anew,
        {"classes": 4, "heads": HEADS, "pooling": "cls+mean", "format": "huggingface-dinov2"},
    ),
    "mae-to-transformers": (
        make_original(plain_timm), read_mae, {"classes": 4, "heads": HEADS, "from": "mae", "format": "huggingface-vit-mae"},
    ),
}


def run(name, make, read, options):
    torch.manual_seed(11)
    source = FIXTURES / name / "in"
    shutil.rmtree(FIXTURES / name, ignore_errors=True)
    source.mkdir(parents=True)
    make(str(source))
    with tempfile.TemporaryDirectory() as target:
        command = ["node", "--conditions=stockpot-source", "--import", "tsx", "scripts/round-trip.ts", str(source), target]
        subprocess.run([*command, json.dumps(options)], cwd=PACKAGE, check=True, env=os.environ)
        said = json.loads(Path(target, "stockpot.json").read_text(encoding="utf-8"))
        images = torch.tensor(said["images"]).reshape(-1, 3, IMAGE, IMAGE)
        with torch.no_grad():
            rows = read(f"{target}/given-back", images, str(source))
        difference = (rows - torch.tensor(said["logits"]).reshape(rows.shape)).abs().max().item()
        print(f"{name}: the largest difference between the library's logits and Stockpot's is {difference:.2e}")
        if not difference <= BOUND:
            raise SystemExit(f"{name}: more than {BOUND}")
        given_back = sorted(Path(target, "given-back").iterdir())
        verified = {
            "versions": {package: metadata.version(package) for package in ("torch", "timm", "transformers", "safetensors")},
            "options": options,
            "difference": difference,
            "logits": rows.flatten().tolist(),
            "files": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in given_back},
        }
        shutil.copy(Path(target, "trained.safetensors"), FIXTURES / name / "trained.safetensors")
    (FIXTURES / name / "verified.json").write_text(json.dumps(verified, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for name, case in CASES.items():
        if len(sys.argv) == 1 or name in sys.argv[1:]:
            run(name, *case)
