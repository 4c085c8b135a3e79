"""Files as the libraries that people use write them, and what those libraries read from them again."""

import base64
import io
import json
import tempfile
from pathlib import Path

import numpy
import pyarrow
import pyarrow.parquet
import webdataset
from fixture import write
from PIL import Image, ImageOps

random = numpy.random.default_rng(20)


def smooth(height, width, channels=3):
    """A picture with shapes in it: a few waves, so that JPEG has something to keep."""
    y, x = numpy.mgrid[0:height, 0:width]
    planes = []
    for _ in range(channels):
        plane = numpy.zeros((height, width))
        for _ in range(4):
            fx, fy, phase, gain = random.uniform(0, 0.5, 2).tolist() + random.uniform(0, 6, 1).tolist() + [random.uniform(20, 60)]
            plane += gain * numpy.sin(fx * x + fy * y + phase)
        planes.append(numpy.clip(plane + 128, 0, 255))
    return numpy.stack(planes, -1).astype(numpy.uint8)


def encoded(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()


def text(data):
    return base64.b64encode(data).decode("ascii")


def planes(image):
    """[c, h, w] as base64."""
    array = numpy.asarray(image)
    array = array[:, :, None] if array.ndim == 2 else array
    return {"shape": [array.shape[2], *array.shape[:2]], "bytes": text(numpy.ascontiguousarray(array.transpose(2, 0, 1)).tobytes())}


def images():
    colour = Image.fromarray(smooth(18, 25))
    grey = Image.fromarray(smooth(11, 14, 1)[:, :, 0])
    exif = Image.Exif()
    exif[0x0112] = 6
    alpha = Image.fromarray(numpy.concatenate([smooth(9, 10), smooth(9, 10, 1)], -1), "RGBA")
    files = {
        "jpeg 4:2:0": encoded(colour, format="JPEG", quality=85),
        "jpeg 4:4:4": encoded(colour, format="JPEG", quality=95, subsampling=0),
        "jpeg 4:2:2, progressive": encoded(colour, format="JPEG", quality=60, subsampling=1, progressive=True),
        "jpeg grey": encoded(grey, format="JPEG", quality=90),
        "jpeg CMYK": encoded(colour.convert("CMYK"), format="JPEG", quality=90),
        "jpeg, EXIF orientation 6": encoded(colour, format="JPEG", quality=90, exif=exif),
        "png": encoded(colour, format="PNG"),
        "png grey": encoded(grey, format="PNG"),
        "png with transparency": encoded(alpha, format="PNG"),
        "png palette": encoded(colour.quantize(32), format="PNG"),
        "png, 1 bit": encoded(grey.convert("1"), format="PNG"),
        "webp": encoded(colour, format="WEBP", quality=80),
        "webp lossless": encoded(colour, format="WEBP", lossless=True),
        "gif": encoded(colour.quantize(16), format="GIF"),
    }
    result = []
    for name, data in files.items():
        image = Image.open(io.BytesIO(data))
        result.append(
            {
                "name": name,
                "file": text(data),
                "rgb": planes(image.convert("RGB")),
                "grey": planes(image.convert("RGB").convert("L")),
                "upright": planes(ImageOps.exif_transpose(image).convert("RGB")),
            }
        )
    return result


def arrays():
    pixels = random.integers(0, 256, (6, 4, 5, 3), dtype=numpy.uint8)
    labels = numpy.array([0, 1, 2, 0, 1, 2], dtype=numpy.int64)
    files = {}
    for name, value in [("images", pixels), ("labels", labels)]:
        buffer = io.BytesIO()
        numpy.save(buffer, value)
        files[f"{name}.npy"] = text(buffer.getvalue())
    for name, save in [("stored.npz", numpy.savez), ("deflated.npz", numpy.savez_compressed)]:
        buffer = io.BytesIO()
        save(buffer, x_train=pixels, y_train=labels.astype(numpy.uint8), x_test=pixels[:2, :, :, 0], y_test=labels[:2])
        files[name] = text(buffer.getvalue())
    pickled = io.BytesIO()
    numpy.save(pickled, numpy.array([{"a": 1}], dtype=object), allow_pickle=True)
    fortran = io.BytesIO()
    numpy.save(fortran, numpy.asfortranarray(pixels))
    files["pickled.npy"] = text(pickled.getvalue())
    files["fortran.npy"] = text(fortran.getvalue())
    return {"files": files, "labels": labels.tolist(), "pixels": text(pixels.transpose(0, 3, 1, 2).tobytes())}


def parquet():
    """As the library datasets writes an image set: a struct of bytes and path, ClassLabel names in the metadata."""
    pictures = [encoded(Image.fromarray(smooth(6 + i % 2, 8)), format="PNG") for i in range(7)]
    names = ["ant", "bee", "cow"]
    labels = [0, 1, 2, 0, 1, 2, 0]
    info = {"info": {"features": {"image": {"_type": "Image"}, "label": {"names": names, "_type": "ClassLabel"}}}}
    table = pyarrow.table(
        {
            "image": pyarrow.array(
                [{"bytes": data, "path": f"{i}.png"} for i, data in enumerate(pictures)],
                pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())]),
            ),
            "label": pyarrow.array(labels, pyarrow.int64()),
        }
    ).replace_schema_metadata({"huggingface": json.dumps(info)})
    files = {}
    for codec in ["snappy", "zstd", "gzip", "none"]:
        buffer = io.BytesIO()
        pyarrow.parquet.write_table(table, buffer, compression=codec, row_group_size=3, write_page_index=codec == "zstd")
        files[codec] = text(buffer.getvalue())
    sentences = pyarrow.table({"sentence": ["Good.", "Schlecht – sehr!", "", "好"], "label": [1, 0, 0, 1]})
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(sentences, buffer)
    return {
        "files": files,
        "images": [text(data) for data in pictures],
        "labels": labels,
        "names": names,
        "texts": {"file": text(buffer.getvalue()), "sentences": sentences["sentence"].to_pylist(), "labels": [1, 0, 0, 1]},
    }


def shards():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train-000000.tar"
        pictures = [encoded(Image.fromarray(smooth(7, 6 + i)), format="JPEG") for i in range(4)]
        with webdataset.TarWriter(str(path), mtime=0) as sink:
            for i, data in enumerate(pictures):
                sink.write({"__key__": f"set/{'long' * 30}{i:04d}", "jpg": data, "cls": i % 3, "json": {"label": i % 3}})
        return {"file": text(path.read_bytes()), "images": [text(data) for data in pictures], "labels": [0, 1, 2, 0]}


write(
    "data/fixtures/formats.json",
    {"images": images(), "arrays": arrays(), "parquet": parquet(), "webdataset": shards()},
    also=("pillow", "pyarrow", "webdataset"),
)
