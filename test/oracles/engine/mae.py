"""The MAE loss and its gradients on a miniature, written as facebookresearch/mae does it (models_mae.py).

Tokens are put back in image order by `ids_restore`, every patch is predicted, and the mask picks what counts: the long way
round on purpose, because the engine takes a shorter one. Computed in f64 from f32 weights.
"""

from functools import partial

import torch
from timm.models.vision_transformer import Block
from torch import nn

from fixture import packed, packed_all, write

ARCHITECTURE = {"family": "vit", "image": 12, "channels": 2, "patch": 3, "dim": 16, "depth": 2, "heads": 4, "mlp": 32}
DECODER = {"dim": 12, "depth": 1, "heads": 3, "mlpRatio": 4}
MASK = 0.75
BATCH = 3
GRID = ARCHITECTURE["image"] // ARCHITECTURE["patch"]
PATCHES = GRID * GRID


class Mae(nn.Module):
    def __init__(self):
        super().__init__()
        dim, heads, patch, channels = (ARCHITECTURE[key] for key in ("dim", "heads", "patch", "channels"))
        norm = partial(nn.LayerNorm, eps=1e-6)
        self.patch_embed = nn.Module()
        self.patch_embed.proj = nn.Conv2d(channels, dim, patch, patch)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.pos_embed = nn.Parameter(torch.zeros(1, PATCHES + 1, dim), requires_grad=False)
        self.blocks = nn.ModuleList(
            Block(dim, heads, ARCHITECTURE["mlp"] / dim, qkv_bias=True, norm_layer=norm)
            for _ in range(ARCHITECTURE["depth"])
        )
        self.norm = norm(dim)
        self.decoder_embed = nn.Linear(dim, DECODER["dim"])
        self.mask_token = nn.Parameter(torch.zeros(1, 1, DECODER["dim"]))
        self.decoder_pos_embed = nn.Parameter(torch.zeros(1, PATCHES + 1, DECODER["dim"]), requires_grad=False)
        self.decoder_blocks = nn.ModuleList(
            Block(DECODER["dim"], DECODER["heads"], DECODER["mlpRatio"], qkv_bias=True, norm_layer=norm)
            for _ in range(DECODER["depth"])
        )
        self.decoder_norm = norm(DECODER["dim"])
        self.decoder_pred = nn.Linear(DECODER["dim"], patch**2 * channels)

    def patchify(self, images):
        p, c = ARCHITECTURE["patch"], ARCHITECTURE["channels"]
        x = images.reshape(images.shape[0], c, GRID, p, GRID, p)
        return torch.einsum("nchpwq->nhwpqc", x).reshape(images.shape[0], PATCHES, p**2 * c)

    def forward(self, images, noise, normalise):
        keep = int(PATCHES * (1 - MASK))
        shuffle = torch.argsort(noise, dim=1)
        restore = torch.argsort(shuffle, dim=1)
        x = self.patch_embed.proj(images).flatten(2).transpose(1, 2) + self.pos_embed[:, 1:]
        x = torch.gather(x, 1, shuffle[:, :keep, None].repeat(1, 1, x.shape[2]))
        x = torch.cat([(self.cls_token + self.pos_embed[:, :1]).expand(x.shape[0], -1, -1), x], dim=1)
        for block in self.blocks:
            x = block(x)
        x = self.decoder_embed(self.norm(x))
        masks = self.mask_token.repeat(x.shape[0], PATCHES - keep, 1)
        patches = torch.cat([x[:, 1:], masks], dim=1)
        patches = torch.gather(patches, 1, restore[:, :, None].repeat(1, 1, x.shape[2]))
        x = torch.cat([x[:, :1], patches], dim=1) + self.decoder_pos_embed
        for block in self.decoder_blocks:
            x = block(x)
        prediction = self.decoder_pred(self.decoder_norm(x))[:, 1:]
        target = self.patchify(images)
        if normalise:
            mean = target.mean(dim=-1, keepdim=True)
            target = (target - mean) / (target.var(dim=-1, keepdim=True) + 1e-6) ** 0.5
        mask = torch.ones_like(noise)
        mask[:, :keep] = 0
        mask = torch.gather(mask, 1, restore)
        return (((prediction - target) ** 2).mean(dim=-1) * mask).sum() / mask.sum()


torch.manual_seed(4711)
model = Mae().eval()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        centre = 1.0 if "norm" in name and name.endswith("weight") else 0.0
        parameter.copy_(centre + (0.3 if parameter.ndim > 1 else 0.2) * torch.randn(parameter.shape))
weights = packed_all(dict(model.named_parameters()))
images = torch.randn(BATCH, ARCHITECTURE["channels"], ARCHITECTURE["image"], ARCHITECTURE["image"])
noise = torch.rand(BATCH, PATCHES)
model = model.double()

cases = []
for normalise in (True, False):
    model.zero_grad()
    loss = model(images.double(), noise.double(), normalise)
    loss.backward()
    trained = {name: parameter.grad for name, parameter in model.named_parameters() if parameter.requires_grad}
    cases.append({"normalisePixels": normalise, "loss": loss.item(), "gradients": packed_all(trained)})

write(
    "ssl/fixtures/mae.json",
    {
        "architecture": ARCHITECTURE,
        "mask": MASK,
        "decoder": DECODER,
        "weights": weights,
        "images": packed(images),
        "noise": packed(noise),
        "cases": cases,
    },
)
