"""Image operations, test-time transforms and the parameters of random augmentations: Pillow, torchvision and timm."""

import base64
import math
import random

import numpy
import PIL
import torch
import torchvision
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from timm.data import create_transform
from timm.data.auto_augment import _RAND_INCREASING_TRANSFORMS, _RAND_TRANSFORMS, LEVEL_TO_ARG
from timm.data.auto_augment import rotate, shear_x, shear_y, solarize_add, translate_x_rel, translate_y_rel
from timm.data.mixup import Mixup, rand_bbox
from torchvision import transforms
from torchvision.transforms import functional

from fixture import packed, write

BILINEAR, BICUBIC, NEAREST = Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.NEAREST


def bytes_of(image):
    array = numpy.asarray(image)
    array = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)
    channels, height, width = array.shape
    data = base64.b64encode(numpy.ascontiguousarray(array).tobytes()).decode("ascii")
    return {"channels": channels, "height": height, "width": width, "bytes": data}


def picture(height, width, channels, seed):
    """Slow waves of colour, a hard-edged rectangle and noise: something for every operation to change."""
    noise = numpy.random.RandomState(seed)
    y, x = numpy.mgrid[0:height, 0:width]
    planes = [
        127 + 90 * numpy.sin(x / (3 + 2 * c) + c) * numpy.cos(y / (4 + c)) + noise.normal(0, 12, (height, width))
        for c in range(channels)
    ]
    array = numpy.stack(planes, -1)
    array[height // 4 : height // 2, width // 3 : width // 2] = [240, 20, 90][:channels]
    array = numpy.clip(array, 0, 255).astype(numpy.uint8)
    return Image.fromarray(array if channels == 3 else array[:, :, 0])


FILL = {3: (124, 116, 104), 1: 124}
GEOMETRIC = {"rotate": rotate, "shear-x": shear_x, "shear-y": shear_y}


def operations(image):
    fill = FILL[len(image.getbands())]
    for name, filter_ in (("nearest", NEAREST), ("bilinear", BILINEAR), ("bicubic", BICUBIC)):
        for height, width in ((11, 13), (33, 40), (19, 7)):
            yield f"resize {name} {height} {width}", image.resize((width, height), filter_)
    yield "centre-crop 14 14", functional.center_crop(image, [14, 14])
    yield "centre-crop 24 18", functional.center_crop(image, [24, 18])
    yield "crop 3 5 12 14", functional.crop(image, 3, 5, 12, 14)
    yield "flip", functional.hflip(image)
    for factor in (0.3, 0.7, 1.35, 1.9):
        yield f"brightness {factor}", ImageEnhance.Brightness(image).enhance(factor)
        yield f"contrast {factor}", ImageEnhance.Contrast(image).enhance(factor)
        yield f"saturation {factor}", ImageEnhance.Color(image).enhance(factor)
        yield f"sharpness {factor}", ImageEnhance.Sharpness(image).enhance(factor)
    for turn in (-0.4, -0.1, 0.05, 0.3):
        yield f"hue {turn}", functional.adjust_hue(image, turn)
    yield "grayscale", functional.to_grayscale(image, num_output_channels=len(image.getbands()))
    for sigma in (0.1, 0.6, 1.3, 2.0, 4.5):
        yield f"gaussian-blur {sigma}", image.filter(ImageFilter.GaussianBlur(radius=sigma))
    for threshold in (0, 100, 128, 256):
        yield f"solarize {threshold}", ImageOps.solarize(image, threshold)
    yield "solarize-add 66", solarize_add(image, 66)
    for bits in (1, 4, 7):
        yield f"posterize {bits}", ImageOps.posterize(image, bits)
    yield "equalize", ImageOps.equalize(image)
    yield "autocontrast", ImageOps.autocontrast(image.point(lambda value: value // 2 + 40))
    yield "invert", ImageOps.invert(image)
    for name, filter_ in (("bilinear", BILINEAR), ("bicubic", BICUBIC)):
        for operation, amounts in {"rotate": (-27.0, 9.0), "shear-x": (-0.27, 0.1), "shear-y": (0.27, -0.1)}.items():
            for amount in amounts:
                result = GEOMETRIC[operation](image, amount, fillcolor=fill, resample=filter_)
                yield f"{operation} {amount} {name}", result
        yield f"translate-x 0.31 {name}", translate_x_rel(image, 0.31, fillcolor=fill, resample=filter_)
        yield f"translate-y -0.27 {name}", translate_y_rel(image, -0.27, fillcolor=fill, resample=filter_)


def levels():
    """timm's argument of every operation of RandAugment by magnitude, its sign not turned."""
    keep = random.random
    random.random = lambda: 0.0
    try:
        return {
            name: {
                str(magnitude): None if LEVEL_TO_ARG[name] is None else LEVEL_TO_ARG[name](magnitude, {})[0]
                for magnitude in (0, 1.7, 5, 9, 10)
            }
            for name in sorted(set(_RAND_TRANSFORMS + _RAND_INCREASING_TRANSFORMS))
        }
    finally:
        random.random = keep


def crops():
    """Moments of torchvision's random crops: mean and deviation of top, left, height, width over many draws."""
    torch.manual_seed(0)
    result = []
    for size, scale, ratio in (
        ((60, 80), (0.08, 1.0), (3 / 4, 4 / 3)),
        ((33, 120), (0.2, 1.0), (3 / 4, 4 / 3)),
        ((40, 40), (0.05, 0.3), (3 / 4, 4 / 3)),
    ):
        image = torch.zeros(3, *size)
        draws = numpy.array(
            [transforms.RandomResizedCrop.get_params(image, list(scale), list(ratio)) for _ in range(20_000)]
        )
        mean, deviation = draws.mean(0).tolist(), draws.std(0).tolist()
        result.append({"size": size, "scale": scale, "ratio": ratio, "mean": mean, "deviation": deviation})
    return result


def test_transforms():
    """timm's transform of evaluation and torchvision's, by what a checkpoint says of them."""
    cases = []
    for height, width in ((31, 37), (40, 23), (16, 16)):
        image = picture(height, width, 3, height)
        for interpolation, crop_pct, mode in (
            ("bicubic", 0.9, "center"),
            ("bilinear", 0.875, "center"),
            ("bicubic", 1.0, "squash"),
        ):
            transform = create_transform(
                (3, 16, 16),
                is_training=False,
                interpolation=interpolation,
                crop_pct=crop_pct,
                crop_mode=mode,
                mean=(0.5, 0.4, 0.3),
                std=(0.25, 0.5, 0.2),
            )
            scaled = math.floor(16 / crop_pct)
            resize = {"height": scaled, "width": scaled} if mode == "squash" else {"shortest": scaled}
            cases.append(
                {
                    "name": f"{height} × {width}, {interpolation}, {crop_pct}, {mode}",
                    "image": bytes_of(image),
                    "preprocessing": {
                        "mean": [0.5, 0.4, 0.3],
                        "std": [0.25, 0.5, 0.2],
                        "resize": resize,
                        "crop": {"height": 16, "width": 16},
                        "interpolation": interpolation,
                    },
                    "expected": packed(transform(image)),
                }
            )
    return cases


def mixing():
    """timm's Mixup on one batch: its box and its share are recorded, so that the engine can mix by the same."""
    generator = numpy.random.RandomState(3)
    images = torch.tensor(generator.normal(0, 1, (4, 3, 6, 8)), dtype=torch.float32)
    labels = torch.tensor([0, 2, 1, 2])
    result = {"images": packed(images), "labels": labels.tolist(), "classes": 3, "smoothing": 0.1, "cases": []}
    for name, options in (
        ("mixup", {"mixup_alpha": 0.8, "cutmix_alpha": 0.0}),
        ("cutmix", {"mixup_alpha": 0.0, "cutmix_alpha": 1.0}),
    ):
        numpy.random.seed(5)
        mix = Mixup(num_classes=3, label_smoothing=0.1, mode="batch", **options)
        share, is_cutmix = mix._params_per_batch()
        case = {"name": name, "share": float(share)}
        mix._params_per_batch = lambda share=share, is_cutmix=is_cutmix: (share, is_cutmix)
        if is_cutmix:
            state = numpy.random.get_state()
            top, bottom, left, right = (int(side) for side in rand_bbox((6, 8), share))
            case["box"] = {"top": top, "left": left, "height": bottom - top, "width": right - left}
            numpy.random.set_state(state)
        mixed, targets = mix(images.clone(), labels)
        result["cases"].append({**case, "expected": packed(mixed), "targets": packed(targets)})
    return result


def main():
    subjects = [("colour", picture(19, 23, 3, 1)), ("grey", picture(19, 23, 1, 2))]
    write(
        "data/fixtures/augmentations.json",
        {
            "pillow": PIL.__version__,
            "torchvision": torchvision.__version__,
            "fill": [124, 116, 104],
            "images": [
                {
                    "name": name,
                    "image": bytes_of(image),
                    "expected": {label: bytes_of(result) for label, result in operations(image)},
                }
                for name, image in subjects
            ],
            "levels": levels(),
            "crops": crops(),
            "transforms": test_transforms(),
            "mixing": mixing(),
        },
    )


if __name__ == "__main__":
    main()
