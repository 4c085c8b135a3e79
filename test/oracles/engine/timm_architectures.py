"""What timm's names of vision transformers mean and neither a checkpoint's tensors nor its config.json say.

A timm config.json names an architecture; heads, norm epsilon and activation of that name stand in timm's code only. This
program asks timm for every name that Stockpot's vision transformer covers and writes them as a table.
"""

import timm
import timm.models.deit as deit
import timm.models.vision_transformer as vision_transformer
import torch
from timm.layers.mlp import GluMlp

from fixture import ENGINE

TARGET = ENGINE / "models" / "formats" / "timm-architectures.ts"
# Arguments that say only what the tensors of a checkpoint say too, or how a model is used.
READ_ELSEWHERE = {
    "patch_size", "embed_dim", "depth", "mlp_ratio", "class_token", "reg_tokens", "init_values", "pre_norm", "qkv_bias",
    "fc_norm", "no_embed_class", "img_size", "dynamic_img_size", "weight_init", "num_heads", "global_pool", "act_layer",
    "norm_layer", "mlp_layer",
}
ACTIVATIONS = {None: "gelu", "quick_gelu": "quick-gelu", "gelu_tanh": "gelu-tanh", torch.nn.GELU: "gelu"}


class Arguments(Exception):
    pass


def capture(variant, pretrained=False, **arguments):
    raise Arguments({key: value for key, value in arguments.items() if key not in ("distilled", "pretrained_cfg")})


def described(arguments):
    """The row of an architecture, or None when it is not a plain vision transformer."""
    if not set(arguments) <= READ_ELSEWHERE or arguments.get("global_pool", "token") not in ("token", "avg"):
        return None
    row = {"heads": arguments.get("num_heads", 12), "pooling": {"token": "cls", "avg": "mean"}[arguments.get("global_pool", "token")]}
    norm = arguments.get("norm_layer")
    if norm is not None:
        if not hasattr(norm, "keywords") or norm.func.__name__ != "LayerNorm":
            return None
        row["epsilon"] = norm.keywords["eps"]
    mlp = arguments.get("mlp_layer")
    if mlp is not None:
        if getattr(mlp, "func", None) is not GluMlp or mlp.keywords != {"act_layer": torch.nn.SiLU, "gate_last": False}:
            return None
    elif arguments.get("act_layer") is not None:
        if arguments["act_layer"] not in ACTIVATIONS:
            return None
        row["activation"] = ACTIVATIONS[arguments["act_layer"]]
    return row


def rows():
    vision_transformer._create_vision_transformer = capture
    deit._create_deit = capture
    for module in (vision_transformer, deit):
        for name in timm.list_models(module=module.__name__.rsplit(".", 1)[1]):
            if "distilled" in name:
                continue
            try:
                getattr(module, name)()
            except Arguments as found:
                row = described(found.args[0])
                if row is not None:
                    yield name, row


if __name__ == "__main__":
    lines = []
    for name, row in sorted(rows()):
        fields = ", ".join(f"{key}: {value!r}" for key, value in row.items())
        lines.append(f"  {name}: {{ {fields} }},")
    TARGET.write_text(
        "/**\n"
        f" * @file Written by test/oracles/engine/timm_architectures.py from timm {timm.__version__}: what its names of plain\n"
        " * vision transformers mean beyond the tensors of a checkpoint. An epsilon or activation that is left out is 1e-6, gelu.\n"
        " */\n"
        "import type { Activation } from '../vit/architecture.js';\n\n"
        "export interface TimmArchitecture {\n"
        "  readonly heads: number;\n"
        "  readonly pooling: 'cls' | 'mean';\n"
        "  readonly epsilon?: number;\n"
        "  readonly activation?: Activation;\n"
        "}\n\n"
        "export const timmArchitectures: Readonly<Record<string, TimmArchitecture>> = {\n" + "\n".join(lines) + "\n};\n",
        encoding="utf-8",
    )
    print(f"wrote {TARGET.name}: {len(lines)} architectures")
