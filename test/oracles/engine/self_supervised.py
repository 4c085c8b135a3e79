"""MoCo v3, MMCR, LeJEPA and MaSSL on a miniature ViT: the loss and the gradient of every trained tensor.

Written from the methods' repositories and papers in plain torch, with torch's own modules where the engine composes its
operators: `BatchNorm1d` in training mode, `svdvals` for nuclear norms, `cross_entropy` for contrast, timm's resampled positions
for local views. Everything is computed in f64 from f32 weights.
"""

import copy
import math

import torch
from timm.layers import resample_abs_pos_embed
from timm.models.vision_transformer import VisionTransformer
from torch import nn
from torch.nn import functional as F

from fixture import packed, packed_all, write

ARCHITECTURE = {
    "family": "vit", "image": 8, "channels": 1, "patch": 2, "dim": 8, "depth": 1, "heads": 2, "mlp": 12,
    "positionInterpolation": "bicubic-antialias",
}  # fmt: skip
BATCH = 6
LOCAL = 4
WIDTH = 8
HIDDEN = 10


class Encoder(nn.Module):
    """timm's miniature; a smaller image gets its positions resampled as timm does it for another grid."""

    def __init__(self):
        super().__init__()
        self.vit = VisionTransformer(
            img_size=ARCHITECTURE["image"], patch_size=ARCHITECTURE["patch"], in_chans=ARCHITECTURE["channels"],
            num_classes=0, embed_dim=ARCHITECTURE["dim"], depth=ARCHITECTURE["depth"], num_heads=ARCHITECTURE["heads"],
            mlp_ratio=ARCHITECTURE["mlp"] / ARCHITECTURE["dim"],
        )  # fmt: skip

    def forward(self, images):
        vit, grid = self.vit, images.shape[-1] // ARCHITECTURE["patch"]
        tokens = vit.patch_embed.proj(images).flatten(2).transpose(1, 2)
        tokens = torch.cat([vit.cls_token.expand(len(images), -1, -1), tokens], dim=1)
        tokens = tokens + resample_f64(vit.pos_embed, grid)
        for block in vit.blocks:
            tokens = block(tokens)
        return vit.norm(tokens)[:, 0]


def resample_f64(positions, grid):
    """timm rounds to f32 inside; the map is linear, so its matrix is read off unit vectors, and applied in f64."""
    count = positions.shape[1] - 1
    if grid * grid == count:
        return positions
    side = math.isqrt(count)
    units = torch.eye(count, dtype=torch.float32).reshape(1, count, count)
    matrix = resample_abs_pos_embed(units, [grid, grid], [side, side], num_prefix_tokens=0)[0].double()
    return torch.cat([positions[:, :1], (matrix @ positions[0, 1:])[None]], dim=1)


def randomise(module):
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            centre = 1.0 if parameter.ndim == 1 and name.endswith("weight") else 0.0
            parameter.copy_(centre + (0.35 if parameter.ndim > 1 else 0.2) * torch.randn(parameter.shape))


def images(count, size):
    return [torch.randn(BATCH, ARCHITECTURE["channels"], size, size) for _ in range(count)]


def moco_mlp(widths):
    """moco/builder.py, _build_mlp: no biases, batch norm and ReLU between, a last batch norm without parameters."""
    layers = []
    for index, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        layers.append(nn.Linear(inputs, outputs, bias=False))
        if index < len(widths) - 2:
            layers += [nn.BatchNorm1d(outputs), nn.ReLU()]
        else:
            layers.append(nn.BatchNorm1d(outputs, affine=False))
    return nn.Sequential(*layers)


def plain_mlp(widths, activation, norm):
    layers = []
    for index, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        layers.append(nn.Linear(inputs, outputs))
        if index < len(widths) - 2:
            layers += [nn.BatchNorm1d(outputs), activation()] if norm else [activation()]
    return nn.Sequential(*layers)


def self_soup_head():
    dim = ARCHITECTURE["dim"]
    return plain_mlp([dim, 4 * dim, dim], nn.GELU, norm=False)


def contrastive(q, k, temperature):
    """moco/builder.py, contrastive_loss."""
    logits = F.normalize(q, dim=1) @ F.normalize(k, dim=1).T / temperature
    return F.cross_entropy(logits, torch.arange(len(q))) * (2 * temperature)


def nuclear(matrices):
    return torch.linalg.svdvals(matrices).sum()


class Model(nn.Module):
    """An encoder with whatever heads a method has; their names in the fixture are those of the engine."""

    def __init__(self, **heads):
        super().__init__()
        self.encoder = Encoder()
        for name, head in heads.items():
            setattr(self, name, head)

    def names(self):
        return {name.removeprefix("encoder.vit."): value for name, value in self.named_parameters()}


def epps_pulley(z):
    """lejepa, univariate/epps_pulley.py: 17 knots on [0, 3], doubled by symmetry. z [N, K] → [K]."""
    t = torch.linspace(0, 3, 17, dtype=torch.float64)
    weights = torch.full((17,), 2 * 3 / 16, dtype=torch.float64)
    weights[[0, -1]] = 3 / 16
    normal = torch.exp(-t.square() / 2)
    angles = z.unsqueeze(-1) * t
    error = (angles.cos().mean(0) - normal).square() + angles.sin().mean(0).square()
    return (error @ (weights * normal)) * len(z)


def moco(model, teacher, views, _):
    embed = lambda m, view: m.projector(m.encoder(view))  # noqa: E731
    q = [model.predictor(embed(model, view)) for view in views]
    with torch.no_grad():
        k = [embed(teacher, view) for view in views]
    return contrastive(q[0], k[1], 0.2) + contrastive(q[1], k[0], 0.2)


def moco_self_soup(model, _teacher, views, _):
    query = model.ssl_head(model.encoder(views[0]))
    with torch.no_grad():
        key = model.encoder(views[1])
    return contrastive(query, key, 1.0)


def mmcr_embeddings(model, views):
    """All views go through the network as one batch, as in the repository: [B, C, views]."""
    z = F.normalize(model.projector(model.encoder(torch.cat(views))), dim=1)
    return z.reshape(len(views), BATCH, WIDTH).permute(1, 2, 0)


def mmcr(local):
    def loss(model, _teacher, views, _):
        z = mmcr_embeddings(model, views)
        return -nuclear(z.mean(2)) + local * nuclear(z) / BATCH

    return loss


def mmcr_momentum(model, teacher, views, _):
    z = mmcr_embeddings(model, views)
    with torch.no_grad():
        slow = mmcr_embeddings(teacher, views)
    return -nuclear((z.mean(2) + slow.mean(2)) / 2)


def mmcr_self_soup(model, _teacher, views, _):
    first = F.normalize(model.ssl_head(model.encoder(views[0])), dim=1)
    with torch.no_grad():
        second = F.normalize(model.ssl_head(model.encoder(views[1])), dim=1)
    z = torch.stack([first, second], dim=2)
    return (-nuclear(z.mean(2)) + nuclear(z)) / BATCH


def lejepa(centre):
    def loss(model, _teacher, views, inputs):
        features = torch.cat([model.encoder(view) for view in views])
        z = model.projector(features).reshape(len(views), BATCH, WIDTH)
        middle = z[: 2 if centre == "global" else None].mean(0)
        prediction = (middle - z).square().mean()
        spread = torch.stack([epps_pulley(view @ inputs["slices"]).mean() for view in z]).mean()
        return 0.95 * prediction + 0.05 * spread

    return loss


def massl(model, teacher, views, inputs):
    """Memory of 12, blocks of 4, student temperature 0.1; the teacher sees the global views only."""
    embed = lambda m, view: F.normalize(m.projector(m.encoder(view)), dim=1)  # noqa: E731
    blocks = inputs["queue"][inputs["permutation"].long()].reshape(3, 4, WIDTH)
    logits = lambda z: torch.einsum("bd,knd->bkn", z, blocks)  # noqa: E731
    student = [logits(embed(model, view)) / 0.1 for view in views]
    with torch.no_grad():
        target = [(logits(embed(teacher, view)) / inputs["teacher_temperature"]).softmax(-1) for view in views[:2]]
    total, pairs = 0.0, 0
    for i, wanted in enumerate(target):
        for j, found in enumerate(student):
            if i != j:
                total = total + torch.sum(-wanted * F.log_softmax(found, dim=-1), dim=-1).mean()
                pairs += 1
    return total / pairs


def case(name, algorithm, options, heads, loss, views, inputs=None, frozen=()):
    torch.manual_seed(sum(map(ord, name)))
    model = Model(**heads())
    randomise(model)
    teacher = copy.deepcopy(model)
    randomise(teacher)
    pictures = views()
    given = inputs() if inputs else {}
    weights = packed_all(model.names())
    taught = packed_all(teacher.names())
    exact = {key: value.double() if value.is_floating_point() else value for key, value in given.items()}
    model, teacher = model.double(), teacher.double()
    value = loss(model, teacher, [picture.double() for picture in pictures], exact)
    value.backward()
    gradients = {key: tensor.grad for key, tensor in model.names().items() if key not in frozen}
    return {
        "name": name,
        "algorithm": algorithm,
        "options": options,
        "weights": weights,
        "teacher": taught,
        "views": [packed(picture) for picture in pictures],
        "inputs": {key: packed(tensor.float()) for key, tensor in given.items()},
        "loss": value.item(),
        "gradients": packed_all(gradients),
    }


def official_projector():
    return {"projector": plain_mlp([ARCHITECTURE["dim"], HIDDEN, HIDDEN, WIDTH], nn.ReLU, norm=True)}


def lejepa_inputs():
    slices = torch.randn(WIDTH, 5)
    return {"slices": slices / slices.norm(dim=0)}


def massl_inputs():
    return {
        "queue": F.normalize(torch.randn(12, WIDTH), dim=1),
        "permutation": torch.randperm(12),
        "teacher_temperature": torch.tensor(0.05),
    }


two = lambda: images(2, ARCHITECTURE["image"])  # noqa: E731
crops = lambda: images(2, ARCHITECTURE["image"]) + images(2, LOCAL)  # noqa: E731
dim = ARCHITECTURE["dim"]
moco_heads = lambda: {  # noqa: E731
    "projector": moco_mlp([dim, HIDDEN, HIDDEN, WIDTH]),
    "predictor": moco_mlp([WIDTH, HIDDEN, WIDTH]),
}
widths = {"hidden": HIDDEN, "width": WIDTH}
local_views = {"global_views": 2, "local_views": 2, "local_image": LOCAL}
massl_heads = lambda: {"projector": plain_mlp([dim, HIDDEN, HIDDEN, WIDTH], nn.GELU, norm=False)}  # noqa: E731

cases = [
    case("MoCo v3, official", "mocov3", {"variant": "official", **widths}, moco_heads, moco, two,
         frozen=("pos_embed", "patch_embed.proj.weight", "patch_embed.proj.bias")),
    case("MoCo v3, Self-Soupervision", "mocov3", {"variant": "self-soup"}, lambda: {"ssl_head": self_soup_head()},
         moco_self_soup, two, frozen=("pos_embed",)),
    case("MMCR, official, λ = 0", "mmcr", {"variant": "official", **widths}, official_projector, mmcr(0), two),
    case("MMCR, official, λ = 0.3, three views", "mmcr",
         {"variant": "official", "local": 0.3, "views_per_image": 3, **widths}, official_projector, mmcr(0.3),
         lambda: images(3, ARCHITECTURE["image"])),
    case("MMCR, official, with momentum", "mmcr", {"variant": "official", "teacher_momentum": 0.99, **widths},
         official_projector, mmcr_momentum, two),
    case("MMCR, Self-Soupervision, global and local", "mmcr", {"variant": "self-soup"},
         lambda: {"ssl_head": self_soup_head()}, mmcr_self_soup, two, frozen=("pos_embed",)),
    case("LeJEPA, centre over global views", "lejepa", {"slices": 5, **widths, **local_views}, official_projector,
         lejepa("global"), crops, lejepa_inputs),
    case("LeJEPA, centre over all views", "lejepa", {"slices": 5, "centre": "all", **widths, **local_views},
         official_projector, lejepa("all"), crops, lejepa_inputs),
    case("MaSSL", "massl", {"memory": 12, "block": 4, **widths, **local_views}, massl_heads, massl, crops, massl_inputs),
]  # fmt: skip

write("ssl/fixtures/ssl.json", {"architecture": ARCHITECTURE, "batch": BATCH, "cases": cases})
