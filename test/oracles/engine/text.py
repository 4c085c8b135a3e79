"""A miniature BertForSequenceClassification of transformers with random weights, and a WordPiece tokenizer of tokenizers.

The model: logits and the gradient of every parameter, sequences of two lengths with padding, one with a pair. Computed in
f64 from f32 weights, without dropout. The tokenizer: trained here on a few sentences; texts with accents, CJK, emoji and
unknown words, pairs, and every kind of truncation.
"""

import json

import torch
from fixture import packed, packed_all, write
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertForSequenceClassification, BertModel

CLASSES = 3
SHAPE = {
    "vocab_size": 40,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 24,
    "max_position_embeddings": 12,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
    "hidden_dropout_prob": 0.1,
    "attention_probs_dropout_prob": 0.1,
}
LENGTHS = [10, 7, 4]
LENGTH = 10


def spread(model, seed):
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            centre = 1.0 if "LayerNorm" in name and name.endswith("weight") else 0.0
            parameter.copy_(centre + (0.3 if parameter.ndim > 1 else 0.2) * torch.randn(parameter.shape))
    return model.eval()


def case(activation):
    labels = {0: "bad", 1: "neutral", 2: "good"}
    config = BertConfig(**SHAPE, hidden_act=activation, id2label=labels, label2id={v: k for k, v in labels.items()}, architectures=["BertForSequenceClassification"])
    model = spread(BertForSequenceClassification(config), 7)
    weights = packed_all(dict(model.named_parameters()))
    ids = torch.randint(1, SHAPE["vocab_size"], (len(LENGTHS), LENGTH))
    mask = torch.tensor([[1] * n + [0] * (LENGTH - n) for n in LENGTHS])
    ids = ids * mask
    types = torch.tensor([[0] * 5 + [1] * 5, [0] * LENGTH, [0] * LENGTH])
    classes = torch.tensor([2, 0, 1])
    model = model.double()
    logits = model(input_ids=ids, attention_mask=mask, token_type_ids=types).logits
    torch.nn.functional.cross_entropy(logits, classes, label_smoothing=0.1).backward()
    return {
        "name": f"BERT, {activation}",
        "config": config.to_json_string(),
        "weights": weights,
        "ids": ids.tolist(),
        "types": types.tolist(),
        "mask": mask.tolist(),
        "labels": classes.tolist(),
        "labelSmoothing": 0.1,
        "logits": packed(logits),
        "gradients": packed_all({name: parameter.grad for name, parameter in model.named_parameters()}),
    }


def sentence_encoder():
    """MiniLM's sentence encoders: a BertModel without a pooler, the mean of the tokens that are no padding."""
    config = BertConfig(**SHAPE)
    model = spread(BertModel(config, add_pooling_layer=False), 11)
    weights = packed_all(dict(model.named_parameters()))
    ids = torch.randint(1, SHAPE["vocab_size"], (2, LENGTH))
    mask = torch.tensor([[1] * 10, [1] * 6 + [0] * 4])
    ids = ids * mask
    hidden = model.double()(input_ids=ids, attention_mask=mask).last_hidden_state
    weight = mask.unsqueeze(-1).double()
    return {
        "config": config.to_json_string(),
        "weights": weights,
        "ids": ids.tolist(),
        "mask": mask.tolist(),
        "features": packed((hidden * weight).sum(1) / weight.sum(1)),
    }


CORPUS = [
    "A soup is better than its ingredients.",
    "The weights of several fine-tuned models are averaged.",
    "It is not unlikely that the soup tastes unbelievably good!",
    "Is this film worth watching? No, it isn't.",
    "The quick brown fox jumps over the lazy dog; 1234567890 times.",
]
TEXTS = [
    ["A soup is better than its ingredients.", None],
    ["Unbelievable: it's  NOT\tbetter…", None],
    ["Crème brûlée naïve Ångström", None],
    ["汤比它的配料好 soup", None],
    ["taste 🍲 emoji \u200b zero\u0000width", None],
    ["", None],
    ["[MASK] the [SEP] soup", None],
    ["The quick brown fox jumps over the lazy dog", "Is this film worth watching? No, it isn't."],
    ["No", "The weights of several fine-tuned models are averaged, and averaged, and averaged."],
    ["The weights of several fine-tuned models are averaged, and averaged, and averaged.", "No"],
]


def tokenizer():
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    made.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=180, special_tokens=special, show_progress=False))
    made.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", made.token_to_id("[CLS]")), ("[SEP]", made.token_to_id("[SEP]"))],
    )
    made.decoder = decoders.WordPiece()
    cases = []
    for length in [64, 12, 7]:
        made.enable_truncation(length, strategy="longest_first")
        made.enable_padding(length=length, pad_id=made.token_to_id("[PAD]"), pad_token="[PAD]")
        for text, pair in TEXTS:
            encoded = made.encode(text, pair) if pair is not None else made.encode(text)
            cases.append({"text": text, "pair": pair, "length": length, "ids": encoded.ids, "types": encoded.type_ids, "mask": encoded.attention_mask})
    made.no_truncation()
    made.no_padding()
    return {"tokenizer": made.to_str(), "config": json.dumps({"pad_token": "[PAD]", "model_max_length": 64}), "cases": cases}


if __name__ == "__main__":
    packages = ("transformers", "tokenizers")
    write("models/text/fixtures/bert.json", {"cases": [case("gelu"), case("gelu_new")], "sentences": sentence_encoder()}, also=packages)
    write("models/text/fixtures/tokenizer.json", tokenizer(), also=packages, indent=None)
