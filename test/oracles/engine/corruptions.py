"""Corrupts small images as the published programs do: `imagecorruptions` where it keeps to them, their formulas with the
libraries they name where it does not (zoom blur and snow trim both sides, pixelate grows by boxes, elastic transform).

Deterministic corruptions are written as images, random ones as statistics of many draws. The ten of ImageNet-C-bar are those
of a checkout of facebookresearch/augmentation-corruption: python corruptions.py PATH_OF_THE_CHECKOUT
"""

import base64
import gzip
import json
import platform
import sys
import types
from importlib import metadata
from pathlib import Path

import cv2
import numpy as np
import scipy.ndimage
import skimage.filters
from PIL import Image, ImageDraw

FIXTURES = Path(__file__).resolve().parents[3] / "packages" / "engine" / "src" / "corruptions" / "fixtures"

# imagecorruptions was written for NumPy 1 and an older scikit-image: give it the names it calls by.
np.float_ = np.float64
old_place = types.ModuleType("scipy.ndimage.interpolation")
old_place.map_coordinates = scipy.ndimage.map_coordinates
sys.modules["scipy.ndimage.interpolation"] = old_place
new_gaussian = skimage.filters.gaussian


def gaussian(image, sigma=1, multichannel=False, **options):
    return new_gaussian(image, sigma=sigma, channel_axis=-1 if multichannel else None, **options)


skimage.filters.gaussian = gaussian
from imagecorruptions import corruptions as published  # noqa: E402

SIDE = 48
DRAWS = 80
SEVERITIES = range(1, 6)


def picture(side):
    """Edges, gradients, texture and saturated colours; the same on every machine."""
    y, x = np.mgrid[0:side, 0:side] / side
    image = np.stack([x, y, 0.5 + 0.4 * np.sin(9 * x + 14 * y)], axis=2)
    image[(x - 0.35) ** 2 + (y - 0.4) ** 2 < 0.05] = (0.9, 0.2, 0.1)
    image[(np.abs(x - 0.75) < 0.12) & (y > 0.5)] = (0.1, 0.15, 0.6)
    noise = np.random.RandomState(7).uniform(-0.12, 0.12, size=image.shape)
    return np.uint8(np.clip(image + noise, 0, 1) * 255)


def flat(side):
    return np.full((side, side, 3), (150, 110, 70), np.uint8)


def zoomed(image, factor):
    """The middle, enlarged bilinearly, trimmed on both sides."""
    side = image.shape[0]
    taken = int(np.ceil(side / factor))
    first = (side - taken) // 2
    large = scipy.ndimage.zoom(image[first : first + taken, first : first + taken], (factor, factor, 1), order=1)
    trim = (large.shape[0] - side) // 2
    return large[trim : trim + side, trim : trim + side]


ZOOMS = [(1.11, 0.01), (1.16, 0.01), (1.21, 0.02), (1.26, 0.02), (1.31, 0.03)]
CIFAR_ZOOMS = [(1.06, 0.01), (1.11, 0.01), (1.16, 0.01), (1.21, 0.01), (1.26, 0.01)]


def zoom_blur(image, end, step):
    values = (image / 255.0).astype(np.float32)
    layers = [zoomed(values, factor) for factor in np.arange(1, end, step)]
    return np.clip((values + np.sum(layers, axis=0)) / (len(layers) + 1), 0, 1) * 255


def pixelate(image, scale):
    height, width = image.shape[:2]
    small = Image.fromarray(image).resize((int(width * scale), int(height * scale)), Image.BOX)
    return np.array(small.resize((width, height), Image.BOX))


def defocus(image, radius, softening):
    kernel = published.disk(radius=radius, alias_blur=softening)
    return np.clip(np.stack([cv2.filter2D(image[..., c] / 255.0, -1, kernel) for c in range(3)], axis=2), 0, 1) * 255


def by_name(name):
    function = getattr(published, name)
    return lambda image, severity: np.array(function(Image.fromarray(image), severity))


def deterministic():
    image = picture(32)
    imagenet = {
        **{name: by_name(name) for name in ("contrast", "brightness", "saturate", "jpeg_compression", "defocus_blur", "gaussian_blur")},
        "zoom_blur": lambda image, s: zoom_blur(image, *ZOOMS[s - 1]),
        "pixelate": lambda image, s: pixelate(image, [0.6, 0.5, 0.4, 0.3, 0.25][s - 1]),
    }
    cifar = {
        "defocus_blur": lambda image, s: defocus(image, *[(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)][s - 1]),
        "zoom_blur": lambda image, s: zoom_blur(image, *CIFAR_ZOOMS[s - 1]),
        "pixelate": lambda image, s: pixelate(image, [0.95, 0.9, 0.85, 0.75, 0.65][s - 1]),
    }
    def all_of(functions):
        return {name: [packed(function(image, s)) for s in SEVERITIES] for name, function in functions.items()}

    return {"clean": packed(image), "imagenet-c": all_of(imagenet), "cifar-c": all_of(cifar)}


def packed(image):
    """Bytes [c, h, w], as the published programs cut them."""
    planes = np.ascontiguousarray(np.uint8(image).transpose(2, 0, 1))
    return {"shape": list(planes.shape), "gzip": base64.b64encode(gzip.compress(planes.tobytes(), mtime=0)).decode("ascii")}


def motions():
    image = picture(32)
    # Streaks shorter than the image: imagecorruptions breaks longer ones off.
    cases = [(10, 3, 17.0), (15, 8, -45.0), (14, 15, 31.5), (12, 4, -100.0)]
    return [
        {"radius": r, "sigma": s, "angle": a, "image": packed(np.floor(published._motion_blur(image, r, s, a) + 0.5))}
        for r, s, a in cases
    ]


def waters():
    """The brightness of water by OpenCV, for three kinds of drops."""
    result = []
    for seed, size in ((1, 4), (2, 2), (3, 1)):
        noise = np.random.RandomState(seed).normal(0.65, 0.3, size=(SIDE, SIDE))
        liquid = new_gaussian(noise, sigma=size)
        liquid[liquid < 0.68] = 0
        liquid = np.uint8(liquid * 255)
        near = cv2.distanceTransform(255 - cv2.Canny(liquid, 50, 150), cv2.DIST_L2, 5)
        smooth = cv2.blur(np.minimum(near, 20), (3, 3)).astype(np.uint8)
        embossed = cv2.filter2D(cv2.equalizeHist(smooth), cv2.CV_8U, np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]))
        lit = liquid * cv2.blur(embossed, (3, 3)).astype(np.float32)
        stacked = np.stack([liquid, np.uint8(np.round(255 * lit / lit.max()))], axis=2)
        result.append(packed(np.concatenate([stacked, cv2.Canny(liquid, 50, 150)[..., None]], axis=2)))
    return result


def vertical_lines():
    """LAION-C's lines as Pillow draws them."""
    image = picture(56)
    colour, grey = Image.fromarray(image), np.array(Image.fromarray(image).convert("L"))
    width, height = colour.size
    result = []
    for count, step in ((56, 1), (42, 3), (30, 8)):
        drawn = Image.new("RGB", colour.size)
        pen = ImageDraw.Draw(drawn)
        for line in range(count):
            x = line / count * width
            left, right = int(x), min(int(x + width / count), width)
            start = (x, 0)
            for top in range(0, height, step):
                cell = np.s_[top : min(top + step, height), left:right]
                mean = tuple(int(v) for v in image[cell].reshape(-1, 3).astype(int).sum(0) // grey[cell].size)
                end = (x - 40 * (1 - int(grey[cell].astype(int).sum()) // grey[cell].size / 255), top)
                pen.line(start + end, fill=mean)
                start = end
        result.append({"lines": count, "step": step, "image": packed(np.array(drawn))})
    return {"clean": packed(image), "drawn": result}


SNOWS = [
    (0.1, 0.3, 3, 0.5, 10, 4, 0.8),
    (0.2, 0.3, 2, 0.5, 12, 4, 0.7),
    (0.55, 0.3, 4, 0.9, 12, 8, 0.7),
    (0.55, 0.3, 4.5, 0.85, 12, 8, 0.65),
    (0.55, 0.3, 2.5, 0.85, 12, 12, 0.55),
]


def snow(image, severity):
    mean, deviation, zoom, threshold, radius, sigma, share = SNOWS[severity - 1]
    values = image / 255.0
    flakes = zoomed(np.random.normal(mean, deviation, size=image.shape[:2])[..., None], zoom)[..., 0]
    flakes[flakes < threshold] = 0
    flakes = np.uint8(np.clip(flakes, 0, 1) * 255)
    falling = np.floor(published._motion_blur(flakes, radius, sigma, np.random.uniform(-135, -45)) + 0.5) / 255
    luma = (values @ [0.299, 0.587, 0.114])[..., None]
    white = share * values + (1 - share) * np.maximum(values, luma * 1.5 + 0.5)
    return np.clip(white + (falling + falling[::-1, ::-1])[..., None], 0, 1) * 255


def motion_blur(image, severity):
    radius, sigma = [(10, 3), (15, 5), (15, 8), (15, 12), (20, 15)][severity - 1]
    return np.floor(published._motion_blur(image, radius, sigma, np.random.uniform(-45, 45)) + 0.5)


def elastic(image, severity):
    alpha, sigma, affine = [244 * np.array(c) for c in ((2, 0.7, 0.1), (2, 0.08, 0.2), (0.05, 0.01, 0.02), (0.07, 0.01, 0.02), (0.12, 0.01, 0.02))][severity - 1]
    side = image.shape[0]
    centre, half = np.float32([side // 2, side // 2]), side // 3
    corners = np.float32([centre + half, centre + [half, -half], centre - half])
    moved = corners + np.random.uniform(-affine, affine, size=corners.shape).astype(np.float32)
    turned = cv2.warpAffine(np.float32(image / 255.0), cv2.getAffineTransform(corners, moved), (side, side), borderMode=cv2.BORDER_REFLECT_101)
    dy, dx = (new_gaussian(np.random.uniform(-1, 1, size=(side, side)), sigma, mode="reflect", truncate=3) * alpha for _ in range(2))
    y, x = np.mgrid[0:side, 0:side]
    planes = [scipy.ndimage.map_coordinates(turned[..., c], (y + dy, x + dx), order=1, mode="reflect") for c in range(3)]
    return np.clip(np.stack(planes, axis=2), 0, 1) * 255


def shapes(image, severity):
    """LAION-C's shapes, by Pillow."""
    drawn = Image.fromarray(image)
    pen = ImageDraw.Draw(drawn)
    side = image.shape[0]
    for _ in range([150, 300, 600, 800, 1000][severity - 1]):
        kind, x, y, size = np.random.randint(4), np.random.randint(side), np.random.randint(side), np.random.randint(6, 16)
        colour, turn = tuple(int(v) for v in np.random.randint(0, 256, size=3)), np.random.randint(360)
        if kind == 0:
            pen.polygon([(x, y), (x + size, y), (x + size / 2, y + size)], fill=colour)
        elif kind == 1:
            pen.rectangle([(x, y), (x + size, y + size)], fill=colour)
        elif kind == 2:
            radii = np.tile([size / 1.2, size / 2.4], 5)
            angles = np.deg2rad(np.arange(10) * 36 + 0.0) + turn * np.pi / 180
            pen.polygon([(x + r * np.sin(a), y + r * np.cos(a)) for r, a in zip(radii, angles)], fill=colour)
        else:
            pen.ellipse([(x, y), (x + size, y + size)], fill=colour)
    return np.array(drawn)


def described(clean, draws):
    """Per draw: mean and deviation of the change in greys, and the share of values in each sixteenth; then mean and spread."""
    rows = []
    for drawn in draws:
        change = drawn.astype(float) - clean
        histogram = np.histogram(drawn, bins=16, range=(0, 256))[0] / drawn.size
        rows.append([change.mean(), change.std(), *histogram])
    rows = np.array(rows)
    return {"mean": rows.mean(0).round(5).tolist(), "spread": rows.std(0, ddof=1).round(5).tolist()}


def statistics(functions, draws, side):
    result = {}
    for name, function in functions.items():
        result[name] = {}
        for kind, clean in (("flat", flat(side)), ("picture", picture(side))):
            np.random.seed(20261122)
            result[name][kind] = [
                described(clean, [np.uint8(function(clean.copy(), severity)) for _ in range(draws)]) for severity in SEVERITIES
            ]
        print(name, flush=True)
    return {"draws": draws, "side": side, "corruptions": result}


def bar_functions(checkout):
    sys.path.insert(0, str(Path(checkout) / "imagenet_c_bar"))
    fftpack = types.ModuleType("scipy.fftpack")
    import scipy.fft

    fftpack.ifft2 = scipy.fft.ifft2
    sys.modules.setdefault("scipy.fftpack", fftpack)
    import corrupt

    classes = {c.name: c for c in vars(corrupt).values() if isinstance(c, type) and "imagenet_c_bar" in getattr(c, "tags", [])}
    lines = (Path(checkout) / "imagenet_c_bar" / "imagenet_c_bar.csv").read_text().split()
    severities = {row.split(",")[0]: [float(v) for v in row.split(",")[1:]] for row in lines}

    def of(name):
        def corrupt_one(image, severity):
            change = classes[name](severity=severities[name][severity - 1], im_size=image.shape[0])
            return change.transform(image, **change.sample_parameters())

        return corrupt_one

    return {name: of(name) for name in sorted(severities)}


def write(name, content):
    packages = ("imagecorruptions", "numpy", "opencv-python", "pillow", "scikit-image", "scipy")
    versions = {"python": platform.python_version(), **{package: metadata.version(package) for package in packages}}
    FIXTURES.mkdir(parents=True, exist_ok=True)
    target = FIXTURES / name
    target.write_text(json.dumps({"versions": versions, **content}) + "\n", encoding="utf-8")
    print(f"wrote {name} ({target.stat().st_size} bytes)", flush=True)


write("deterministic.json", {"suites": deterministic(), "motions": motions(), "waters": waters(), "verticalLines": vertical_lines()})
random_ones = ("gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise", "glass_blur", "fog", "spatter")
write(
    "statistics.json",
    {
        "pictures": {"flat": packed(flat(SIDE)), "picture": packed(picture(SIDE))},
        "imagenet-c": statistics(
            {**{name: by_name(name) for name in random_ones}, "motion_blur": motion_blur, "snow": snow, "elastic_transform": elastic}, DRAWS, SIDE
        ),
        "laion-c": statistics({"geometric_shapes": shapes}, DRAWS, SIDE),
    },
)
if len(sys.argv) > 1:
    write("statistics-bar.json", {"imagenet-c-bar": statistics(bar_functions(sys.argv[1]), 30, SIDE)})
