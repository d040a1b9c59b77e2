#!/usr/bin/env python3
"""Writes the tests' tiny encoder (random weights) and its task. Run it in this folder; needs nothing but Python.

So that a frozen base is worth something, as a trained one is, words of one kind have like vectors, attention is broad,
and the weights are large enough for the first token's state to depend on the words around it.
"""
import json
import random
import struct

HIDDEN, LAYERS, INNER, POSITIONS = 32, 2, 64, 32

ANIMALS = "cat dog horse sheep goat wolf bear mouse duck hen frog fox owl crow hare".split()
FOODS = "bread cheese apple soup rice cake plum honey bean onion pear butter salt egg jam".split()
TOOLS = "hammer saw knife rope ladder wheel bucket needle shovel broom nail lamp key axe chain".split()
ADJECTIVES = "small old red warm heavy quiet new round dark cheap soft long clean broken fine".split()
PLACES = "river garden kitchen market barn road hill window table forest cellar bridge yard shop field".split()
VERBS = "lies waits stays rests stands falls turns hides moves sits".split()
GLUE = "the a near under behind in on beside and very this that one is there".split()
WORDS = ANIMALS + FOODS + TOOLS + ADJECTIVES + PLACES + VERBS + GLUE


def vocabulary():
    letters = list("abcdefghijklmnopqrstuvwxyz")
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + sorted(set(WORDS)) + letters + ["##" + c for c in letters] + list(".,!?")


def write_model(rng, vocab):
    tensors = {}

    def normal(name, shape, std):
        count = 1
        for n in shape:
            count *= n
        tensors[name] = (shape, [rng.gauss(0.0, std) for _ in range(count)])

    def constant(name, count, value):
        tensors[name] = ([count], [value] * count)

    def linear(name, rows, columns):
        broad = ".query" in name or ".key" in name
        normal(name + ".weight", [rows, columns], (0.4 if broad else 1.4) / columns ** 0.5)
        normal(name + ".bias", [rows], 0.1)

    def norm(name):
        constant(name + ".weight", HIDDEN, 1.0)
        constant(name + ".bias", HIDDEN, 0.0)

    e = "bert.embeddings."
    normal(e + "word_embeddings.weight", [len(vocab), HIDDEN], 0.4)
    words = tensors[e + "word_embeddings.weight"][1]
    for kind in (ANIMALS, FOODS, TOOLS):
        shared = [rng.gauss(0.0, 1.5) for _ in range(HIDDEN)]
        for word in kind:
            row = vocab.index(word) * HIDDEN
            for i in range(HIDDEN):
                words[row + i] += shared[i]
    normal(e + "position_embeddings.weight", [POSITIONS, HIDDEN], 0.1)
    normal(e + "token_type_embeddings.weight", [2, HIDDEN], 0.1)
    norm(e + "LayerNorm")
    for layer in range(LAYERS):
        p = f"bert.encoder.layer.{layer}."
        for part in ("query", "key", "value"):
            linear(p + "attention.self." + part, HIDDEN, HIDDEN)
        linear(p + "attention.output.dense", HIDDEN, HIDDEN)
        norm(p + "attention.output.LayerNorm")
        linear(p + "intermediate.dense", INNER, HIDDEN)
        linear(p + "output.dense", HIDDEN, INNER)
        norm(p + "output.LayerNorm")

    header, data = {}, b""
    for name, (shape, values) in tensors.items():
        raw = struct.pack(f"<{len(values)}e", *values)
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open("model.safetensors", "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)


def sentence(rng, nouns):
    text = f"{rng.choice(['the', 'a', 'this', 'one'])} "
    for _ in range(rng.randint(0, 2)):
        text += rng.choice(ADJECTIVES) + " "
    text += f"{rng.choice(nouns)} {rng.choice(VERBS)}"
    if rng.random() < 0.7:
        text += f" {rng.choice(['near', 'under', 'behind', 'in', 'beside'])} the {rng.choice(PLACES)}"
    if rng.random() < 0.3:
        text += f" and is very {rng.choice(ADJECTIVES)}"
    return text


def write_task(rng):
    kinds = {"animal": ANIMALS, "food": FOODS, "tool": TOOLS}
    for split, count in (("train", 240), ("validation", 48), ("test", 48)):
        with open(f"../tiny-task/{split}.tsv", "w") as out:
            out.write("sentence\tlabel\tscore\n")
            for _ in range(count):
                label = rng.choice(sorted(kinds))
                text = sentence(rng, kinds[label])
                out.write(f"{text}\t{label}\t{sorted(kinds).index(label) - 1.0 + rng.uniform(-0.2, 0.2):.3f}\n")


def main():
    rng = random.Random(20240)
    vocab = vocabulary()
    with open("vocab.txt", "w") as out:
        out.write("\n".join(vocab) + "\n")
    with open("tokenizer_config.json", "w") as out:
        json.dump({"do_lower_case": True, "tokenizer_class": "BertTokenizer"}, out, indent=2)
        out.write("\n")
    with open("config.json", "w") as out:
        json.dump({"model_type": "bert", "vocab_size": len(vocab), "hidden_size": HIDDEN, "num_hidden_layers": LAYERS,
                   "num_attention_heads": 4, "intermediate_size": INNER, "max_position_embeddings": POSITIONS,
                   "type_vocab_size": 2, "pad_token_id": 0, "layer_norm_eps": 1e-12, "hidden_act": "gelu",
                   "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 0.02},
                  out, indent=2)
        out.write("\n")
    write_model(rng, vocab)
    write_task(rng)


main()
