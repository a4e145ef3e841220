"""Holds what encode.ts wrote against tokenizers and tiktoken: RAYON_NUM_THREADS=1 python3 compare.py OUT"""

import base64, json, sys, time
import numpy, tiktoken
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

out = sys.argv[1]
documents = json.load(open(f"{out}/documents.json"))
for index, name in enumerate(json.load(open(f"{out}/files.json"))):
    tokens = numpy.fromfile(f"{out}/{index}.tokens", dtype="<i4")
    ends = numpy.cumsum(numpy.fromfile(f"{out}/{index}.lengths", dtype="<i4"))
    ours = numpy.split(tokens, ends[:-1])
    if name.endswith(".json"):
        file = Tokenizer.from_file(name)
        file.encode_special_tokens = True
        encode, peer = lambda document: file.encode(document, add_special_tokens=False).ids, "tokenizers"
    else:
        ranks = dict((base64.b64decode(a), int(b)) for a, b in (line.split() for line in open(name) if line.strip()))
        pattern = json.load(open(f"{out}/{index}.json"))["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"]
        encoding = tiktoken.Encoding("file", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
        encode, peer = encoding.encode_ordinary, "tiktoken"
    differ = sum(list(tokens) != encode(document) for tokens, document in zip(ours, documents, strict=True))
    print(f"{name}: {differ} of {len(documents)} documents differ from {peer}, {len(tokens)} tokens", flush=True)

ours = json.load(open(f"{out}/trained.json"))
model = Tokenizer(models.BPE())
model.pre_tokenizer = Tokenizer.from_file(f"{out}/trained.json").pre_tokenizer
trainer = trainers.BpeTrainer(
    vocab_size=32000,
    initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    special_tokens=["<|end_of_text|>"],
    show_progress=False,
)
started = time.time()
model.train_from_iterator(documents, trainer)
seconds = [json.load(open(f"{out}/seconds.json")), time.time() - started]
theirs = json.loads(model.to_str())["model"]["merges"]
pairs = [tuple(m.split(" ")) if isinstance(m, str) else tuple(m) for m in theirs]
print(
    "merges equal:",
    pairs == [tuple(m) for m in ours["model"]["merges"]],
    len(pairs),
    "of",
    len(ours["model"]["merges"]),
)
print("seconds of training, ours and theirs:", *[round(s, 1) for s in seconds])
