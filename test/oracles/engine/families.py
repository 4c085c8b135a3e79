"""Random-weight miniatures of every family of vision transformers that Stockpot reads, as their own libraries write them.

Each case is a whole checkpoint (tensors under the library's own names and its config files), images, what the library
computes from them in f64 (logits, or features where there is no head), and the gradient of sum(rows * probe) with respect
to every tensor of the checkpoint, under the same names.
"""

import json
import tempfile
from pathlib import Path

import timm
import torch
import torch.nn.functional as F
import transformers as hf
from safetensors.torch import load_file
from timm.models._hub import save_config_for_hf
from torch import nn

from fixture import packed, packed_all, write

torch.manual_seed(3)
IMAGE, PATCH, DIM, DEPTH, HEADS, MLP, CLASSES, BATCH = 6, 2, 8, 2, 2, 12, 3, 2
GRID = IMAGE // PATCH
VIT = dict(hidden_size=DIM, num_hidden_layers=DEPTH, num_attention_heads=HEADS, image_size=IMAGE, patch_size=PATCH)


def randomised(module):
    """Wide random weights, so that no layer is close to linear; norms about 1."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            lowered = name.lower()
            norm = parameter.ndim == 1 and name.endswith("weight") and ("norm" in lowered or ".ln" in lowered or "ln_" in lowered)
            centre = 1.0 if norm or "gamma" in name or "lambda" in name else 0.0
            parameter.copy_(centre + (0.5 if parameter.ndim > 1 else 0.3) * torch.randn(parameter.shape))
    return module.eval()


def random_images(size=IMAGE):
    return torch.randn(BATCH, 3, size, size)


def case(name, oracle, module, forward, saved, files, images=None, options=None, quantity="logits"):
    """Runs `forward(module, images)` in f64. `saved(module)` gives the tensors of the module under their published names."""
    randomised(module)
    tensors = {key: value.clone() for key, value in saved(module).items()}
    images = random_images() if images is None else images
    # MAE keeps its positions fixed; their gradient is compared all the same.
    module.double().requires_grad_(True)
    rows = forward(module, images.double())
    probe = torch.randn(rows.shape)
    (rows * probe.double()).sum().backward()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.zeros_like(parameter) if parameter.grad is None else parameter.grad)
    gradients = saved(module.float())
    return {
        "name": name,
        "oracle": oracle,
        "quantity": quantity,
        "options": options or {},
        "files": files,
        "tensors": packed_all(tensors),
        "images": packed(images),
        "rows": packed(rows),
        "probe": packed(probe),
        "gradients": packed_all(gradients),
    }


def timm_case(name, architecture, **arguments):
    merged = {
        "img_size": IMAGE, "patch_size": PATCH, "embed_dim": DIM, "depth": DEPTH, "num_heads": HEADS,
        "mlp_ratio": MLP / DIM, "num_classes": CLASSES, **arguments,
    }
    module = timm.create_model(architecture, **merged)
    with tempfile.TemporaryDirectory() as folder:
        save_config_for_hf(module, f"{folder}/config.json", model_args=merged)
        config = Path(folder, "config.json").read_text(encoding="utf-8")
    return case(
        name, f"timm {timm.__version__}", module, lambda model, x: model(x), lambda model: dict(model.state_dict()),
        {"config.json": config},
    )


def pretrained_tensors(model):
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        return load_file(f"{folder}/model.safetensors")


def preprocessor(**fields):
    content = {
        "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5], "resample": 2, "rescale_factor": 1 / 255,
        "size": {"height": IMAGE, "width": IMAGE}, **fields,
    }
    return json.dumps(content, indent=2) + "\n"


def hf_case(name, model, forward, images=None, quantity="logits", options=None, **fields):
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        config = Path(folder, "config.json").read_text(encoding="utf-8")
    model.config._attn_implementation = "eager"
    files = {"config.json": config, "preprocessor_config.json": preprocessor(**fields)}
    return case(
        name, f"transformers {hf.__version__}", model, forward, pretrained_tensors, files, images, options, quantity
    )


def logits(model, x):
    return model(x).logits


class OpenAiClip(nn.Module):
    """The vision transformer of openai/CLIP, its names and its order of operations (sequence first, x @ proj)."""

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.ln_1 = nn.LayerNorm(DIM)
            self.attn = nn.MultiheadAttention(DIM, HEADS)
            self.ln_2 = nn.LayerNorm(DIM)
            self.mlp = nn.ModuleDict({"c_fc": nn.Linear(DIM, MLP), "c_proj": nn.Linear(MLP, DIM)})

        def forward(self, x):
            y = self.ln_1(x)
            x = x + self.attn(y, y, y, need_weights=False)[0]
            hidden = self.mlp["c_fc"](self.ln_2(x))
            return x + self.mlp["c_proj"](hidden * torch.sigmoid(1.702 * hidden))

    def __init__(self, projection):
        super().__init__()
        self.class_embedding = nn.Parameter(torch.empty(DIM))
        self.positional_embedding = nn.Parameter(torch.empty(GRID**2 + 1, DIM))
        self.conv1 = nn.Conv2d(3, DIM, PATCH, PATCH, bias=False)
        self.ln_pre = nn.LayerNorm(DIM)
        self.transformer = nn.ModuleDict({"resblocks": nn.Sequential(*[self.Block() for _ in range(DEPTH)])})
        self.ln_post = nn.LayerNorm(DIM)
        self.proj = nn.Parameter(torch.empty(DIM, projection))

    def forward(self, x):
        x = self.conv1(x).flatten(2).transpose(1, 2)
        first = self.class_embedding.expand(x.shape[0], 1, DIM)
        x = self.ln_pre(torch.cat([first, x], dim=1) + self.positional_embedding)
        x = self.transformer["resblocks"](x.transpose(0, 1)).transpose(0, 1)
        return self.ln_post(x[:, 0]) @ self.proj


class DinoV2(nn.Module):
    """facebookresearch/dinov2: LayerScale, chunks of blocks, SwiGLU, positions resampled by a factor with an offset."""

    class Block(nn.Module):
        def __init__(self, gated, mlp):
            super().__init__()
            self.norm1 = nn.LayerNorm(DIM, eps=1e-6)
            self.attn = nn.ModuleDict({"qkv": nn.Linear(DIM, 3 * DIM), "proj": nn.Linear(DIM, DIM)})
            self.ls1 = nn.ParameterDict({"gamma": torch.empty(DIM)})
            self.norm2 = nn.LayerNorm(DIM, eps=1e-6)
            layers = {"w12": nn.Linear(DIM, 2 * mlp), "w3": nn.Linear(mlp, DIM)}
            if not gated:
                layers = {"fc1": nn.Linear(DIM, mlp), "fc2": nn.Linear(mlp, DIM)}
            self.mlp = nn.ModuleDict(layers)
            self.ls2 = nn.ParameterDict({"gamma": torch.empty(DIM)})
            self.gated = gated

        def forward(self, x):
            count, tokens, _ = x.shape
            qkv = self.attn["qkv"](self.norm1(x)).reshape(count, tokens, 3, HEADS, DIM // HEADS).permute(2, 0, 3, 1, 4)
            weights = (qkv[0] @ qkv[1].transpose(-2, -1) * (DIM // HEADS) ** -0.5).softmax(-1)
            mixed = (weights @ qkv[2]).transpose(1, 2).reshape(count, tokens, DIM)
            x = x + self.ls1["gamma"] * self.attn["proj"](mixed)
            y = self.norm2(x)
            if self.gated:
                gate, value = self.mlp["w12"](y).chunk(2, dim=-1)
                y = self.mlp["w3"](F.silu(gate) * value)
            else:
                y = self.mlp["fc2"](F.gelu(self.mlp["fc1"](y)))
            return x + self.ls2["gamma"] * y

    def __init__(self, chunks, gated, registers, grid, mlp=MLP):
        super().__init__()
        self.cls_token = nn.Parameter(torch.empty(1, 1, DIM))
        self.pos_embed = nn.Parameter(torch.empty(1, 1 + grid**2, DIM))
        if registers > 0:
            self.register_tokens = nn.Parameter(torch.empty(1, registers, DIM))
        self.mask_token = nn.Parameter(torch.empty(1, DIM))
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, DIM, PATCH, PATCH)})
        blocks = [self.Block(gated, mlp) for _ in range(DEPTH)]
        self.chunks, self.grid, self.registers = chunks, grid, registers
        if chunks == 0:
            self.blocks = nn.ModuleList(blocks)
        else:
            # As there: the inner number counts through all chunks, those before it being empty.
            size = DEPTH // chunks
            self.blocks = nn.ModuleList(
                [nn.ModuleList([nn.Identity()] * (i * size) + blocks[i * size : (i + 1) * size]) for i in range(chunks)]
            )
        self.norm = nn.LayerNorm(DIM, eps=1e-6)

    def positions(self, size):
        patches = self.pos_embed[:, 1:].reshape(1, self.grid, self.grid, DIM).permute(0, 3, 1, 2)
        if self.registers > 0:
            patches = F.interpolate(patches, size=(size, size), mode="bicubic", antialias=True)
        else:
            scale = (size + 0.1) / self.grid
            patches = F.interpolate(patches, scale_factor=(scale, scale), mode="bicubic", antialias=False)
        return self.pos_embed[:, :1], patches.permute(0, 2, 3, 1).reshape(1, -1, DIM)

    def forward(self, x):
        size = x.shape[-1] // PATCH
        x = self.patch_embed["proj"](x).flatten(2).transpose(1, 2)
        first, patches = self.positions(size)
        prefix = [(self.cls_token + first).expand(x.shape[0], -1, -1)]
        if self.registers > 0:
            prefix.append(self.register_tokens.expand(x.shape[0], -1, -1))
        x = torch.cat([*prefix, x + patches], dim=1)
        for one in self.blocks:
            for block in [one] if self.chunks == 0 else one:
                x = block(x)
        return self.norm(x)[:, 0]


def original(name, module, prefix="", extra=None, images=None, quantity="features", **chosen):
    """A checkpoint in the layout of a research repository, which comes without a config."""

    def saved(model):
        return {**{f"{prefix}{key}": value for key, value in model.state_dict().items()}, **(extra or {})}

    options = {"heads": HEADS, **chosen}
    return case(name, f"torch {torch.__version__}", module, lambda m, x: m(x), saved, {}, images, options, quantity)


def plain_timm(pooled="token", classes=0):
    return timm.models.vision_transformer.VisionTransformer(
        img_size=IMAGE, patch_size=PATCH, embed_dim=DIM, depth=DEPTH, num_heads=HEADS, mlp_ratio=MLP / DIM,
        num_classes=classes, global_pool=pooled,
    )


def timm_cases():
    vit = "vit_base_patch16_224"
    return [
        timm_case("timm ViT, class token", vit),
        timm_case("timm ViT, mean of patches and fc_norm", vit, global_pool="avg"),
        timm_case("timm ViT, mean of patches after the norm", vit, global_pool="avg", fc_norm=False),
        timm_case("timm ViT without class token", vit, global_pool="avg", class_token=False),
        timm_case("timm ViT, registers among the positions", vit, reg_tokens=2),
        timm_case(
            "timm ViT, registers, no_embed_class, LayerScale, no qkv bias, gelu_tanh",
            "vit_base_patch16_reg4_gap_256", init_values=0.1, qkv_bias=False, act_layer="gelu_tanh",
        ),
        timm_case("timm CLIP tower (pre_norm, quick_gelu)", "vit_base_patch16_clip_quickgelu_224"),
        timm_case("timm DINOv2 giant (SwiGLU)", "vit_giant_patch14_dinov2", mlp_ratio=2 * MLP / DIM),
    ]


def huggingface_cases():
    vit = {**VIT, "intermediate_size": MLP}
    clip = dict(image_mean=[0.48, 0.46, 0.41], image_std=[0.27, 0.26, 0.28], resample=3, do_center_crop=True,
                size={"shortest_edge": IMAGE}, crop_size={"height": IMAGE, "width": IMAGE})
    dino = {**VIT, "image_size": 10, "mlp_ratio": 2}
    dino_files = dict(do_center_crop=True, crop_size={"height": IMAGE, "width": IMAGE}, size={"shortest_edge": 8}, resample=3)
    tower = hf.CLIPVisionConfig(**vit, projection_dim=4)
    both = hf.CLIPConfig(
        vision_config=hf.CLIPVisionConfig(**vit, hidden_act="gelu").to_dict(), projection_dim=4, num_labels=CLASSES,
        text_config=hf.CLIPTextConfig(hidden_size=4, intermediate_size=4, num_hidden_layers=1, num_attention_heads=1,
                                      vocab_size=5, max_position_embeddings=3, projection_dim=4).to_dict(),
    )

    def mean_of_patches(model, x):
        noise = torch.arange(GRID**2, dtype=torch.float64).expand(x.shape[0], -1)
        return model(x, noise=noise).last_hidden_state[:, 1:].mean(dim=1)

    return [
        hf_case("transformers ViT", hf.ViTForImageClassification(hf.ViTConfig(**vit, num_labels=CLASSES)), logits),
        hf_case(
            "transformers ViT without head (and its unused pooler), no qkv bias",
            hf.ViTModel(hf.ViTConfig(**vit, qkv_bias=False)), lambda m, x: m(x).last_hidden_state[:, 0],
            quantity="features",
        ),
        hf_case("transformers ViTMAE encoder", hf.ViTMAEModel(hf.ViTMAEConfig(**vit, mask_ratio=0.0)), mean_of_patches,
                quantity="features", image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225]),
        hf_case("transformers CLIP tower with projection (quick-GELU)", hf.CLIPVisionModelWithProjection(tower),
                lambda m, x: m(x).image_embeds, quantity="features", **clip),
        hf_case("transformers CLIP, both towers (GELU)", hf.CLIPModel(both),
                lambda m, x: m.visual_projection(m.vision_model(x).pooler_output), quantity="features", **clip),
        hf_case("transformers CLIP classifier", hf.CLIPForImageClassification(both), logits, **clip),
        hf_case("transformers DINOv2, positions resampled 5 to 3",
                hf.Dinov2ForImageClassification(hf.Dinov2Config(**dino, num_labels=CLASSES)), logits, **dino_files),
        hf_case("transformers DINOv2 (SwiGLU)", hf.Dinov2Model(hf.Dinov2Config(**dino, use_swiglu_ffn=True)),
                lambda m, x: m(x).pooler_output, quantity="features", **dino_files),
        hf_case(
            "transformers DINOv2 with registers, resampled antialiased",
            hf.Dinov2WithRegistersForImageClassification(
                hf.Dinov2WithRegistersConfig(**dino, num_register_tokens=2, num_labels=CLASSES)
            ), logits, **dino_files,
        ),
    ]


def original_cases():
    text = {"text_projection": torch.randn(4, 4), "logit_scale": torch.tensor(4.6)}
    momentum = {"module.predictor.0.weight": torch.randn(2, 2), "module.base_encoder.head.0.weight": torch.randn(2, 8)}
    return [
        original("OpenAI CLIP tower", OpenAiClip(4), "visual.", text),
        original("DINOv2, blocks in chunks, positions resampled 5 to 3 with an offset", DinoV2(2, False, 0, 5), image=IMAGE),
        original("DINOv2 (SwiGLU) with registers", DinoV2(0, True, 2, GRID)),
        original("MoCo v3", plain_timm(), "module.base_encoder.", momentum),
        original("MAE, fine-tuned", plain_timm("avg", CLASSES), quantity="logits", format="mae"),
    ]


def mae_pretraining():
    """The loss of transformers' ViTMAE and its gradients, visible patches chosen by given noise."""
    config = hf.ViTMAEConfig(
        **VIT, intermediate_size=MLP, decoder_hidden_size=8, decoder_num_hidden_layers=1, decoder_num_attention_heads=2,
        decoder_intermediate_size=32, mask_ratio=0.5, norm_pix_loss=True,
    )
    noise = torch.rand(BATCH, GRID**2)
    # The loss is one number; the probe is 1, so that the gradients are the loss's own.
    torch.manual_seed(5)
    found = hf_case(
        "transformers ViTMAE pre-training", hf.ViTMAEForPreTraining(config),
        lambda m, x: m(x, noise=noise.double()).loss.reshape(1), quantity="loss",
    )
    return {"case": {**found, "shuffle": noise.argsort(dim=1).tolist(), "mask": config.mask_ratio}}


if __name__ == "__main__":
    for family, cases in {
        "timm": timm_cases(), "huggingface": huggingface_cases(), "original": original_cases(),
    }.items():
        write(f"models/formats/fixtures/{family}.json", {"cases": cases}, also=("transformers",), indent=None)

    # The resampling alone, on sizes as they occur: smaller and larger, each as its family does it.
    positions = []
    for start, end in [(3, 5), (5, 3), (14, 16), (37, 16)]:
        grid = torch.randn(1, 2, start, start)
        resampled = {
            "bicubic": F.interpolate(grid, size=(end, end), mode="bicubic", align_corners=False),
            "bicubic-offset": F.interpolate(grid, scale_factor=((end + 0.1) / start,) * 2, mode="bicubic"),
        }
        rows = grid.permute(0, 2, 3, 1).reshape(1, -1, 2)
        prefix = torch.randn(1, 1, 2)
        antialiased = timm.layers.resample_abs_pos_embed(torch.cat([prefix, rows], dim=1), [end, end], num_prefix_tokens=1)
        expected = {kind: torch.cat([prefix, x.permute(0, 2, 3, 1).reshape(1, -1, 2)], dim=1) for kind, x in resampled.items()}
        expected["bicubic-antialias"] = antialiased
        positions.append({
            "from": start, "to": end, "positions": packed(torch.cat([prefix, rows], dim=1)), "expected": packed_all(expected),
        })
    write("models/vit/fixtures/positions.json", {"cases": positions}, indent=None)
    write("models/formats/fixtures/mae-pretraining.json", mae_pretraining(), also=("transformers",), indent=None)
