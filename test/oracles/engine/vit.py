"""A miniature timm VisionTransformer with random weights: its logits and the gradient of every parameter.

Two variants, by pooling (`cls`, and `mean` of the patch tokens after the final norm). All weights are drawn wide enough
that no layer is close to linear, biases and norms included. Computed in f64 from f32 weights.
"""

import torch
from timm.models.vision_transformer import VisionTransformer

from fixture import packed, packed_all, write

ARCHITECTURE = {"family": "vit", "image": 12, "channels": 3, "patch": 4, "dim": 16, "depth": 2, "heads": 4, "mlp": 24}
CLASSES = 5
BATCH = 3


def miniature(pooling):
    model = VisionTransformer(
        img_size=ARCHITECTURE["image"],
        patch_size=ARCHITECTURE["patch"],
        in_chans=ARCHITECTURE["channels"],
        num_classes=CLASSES,
        embed_dim=ARCHITECTURE["dim"],
        depth=ARCHITECTURE["depth"],
        num_heads=ARCHITECTURE["heads"],
        mlp_ratio=ARCHITECTURE["mlp"] / ARCHITECTURE["dim"],
        global_pool={"cls": "token", "mean": "avg"}[pooling],
        fc_norm=False,
    ).eval()
    torch.manual_seed(20240 + len(pooling))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            spread = 0.3 if parameter.ndim > 1 else 0.2
            centre = 1.0 if "norm" in name and name.endswith("weight") else 0.0
            parameter.copy_(centre + spread * torch.randn(parameter.shape))
    return model


def case(pooling):
    model = miniature(pooling)
    weights = packed_all(dict(model.named_parameters()))
    images = torch.randn(BATCH, ARCHITECTURE["channels"], ARCHITECTURE["image"], ARCHITECTURE["image"])
    labels = torch.tensor([4, 0, 2])
    model = model.double()
    features = model.forward_head(model.forward_features(images.double()), pre_logits=True)
    logits = model(images.double())
    loss = torch.nn.functional.cross_entropy(logits, labels, label_smoothing=0.1)
    loss.backward()
    return {
        "architecture": {**ARCHITECTURE, "pooling": pooling},
        "classes": CLASSES,
        "weights": weights,
        "images": packed(images),
        "labels": labels.tolist(),
        "labelSmoothing": 0.1,
        "features": packed(features),
        "logits": packed(logits),
        "loss": loss.item(),
        "gradients": packed_all({name: parameter.grad for name, parameter in model.named_parameters()}),
    }


if __name__ == "__main__":
    write("models/vit/fixtures/vit.json", {"cases": [case("cls"), case("mean")]})
