"""Holds what encode.ts wrote against tokenizers and tiktoken: python3 compare.py OUT"""
import base64, json, sys
import numpy, tiktoken
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

out = sys.argv[1]
documents = json.load(open(f"{out}/documents.json"))
for index, name in enumerate(json.load(open(f"{out}/files.json"))):
    tokens = numpy.fromfile(f"{out}/{index}.tokens", dtype="<i4")
    ends = numpy.cumsum(numpy.fromfile(f"{out}/{index}.lengths", dtype="<i4"))
    ours = numpy.split(tokens, ends[:-1])
    if name.endswith(".json"):
        theirs = Tokenizer.from_file(name)
        theirs.encode_special_tokens = True
        encoded = [e.ids for e in theirs.encode_batch(documents, add_special_tokens=False)]
    else:
        ranks = dict((base64.b64decode(a), int(b)) for a, b in (line.split() for line in open(name) if line.strip()))
        pattern = json.load(open(f"{out}/{index}.json"))["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"]
        theirs = tiktoken.Encoding("file", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
        encoded = theirs.encode_ordinary_batch(documents)
    differ = sum(list(a) != list(b) for a, b in zip(ours, encoded, strict=True))
    print(f"{name}: {differ} of {len(documents)} documents differ", flush=True)

ours = json.load(open(f"{out}/trained.json"))
model = Tokenizer(models.BPE())
model.pre_tokenizer = Tokenizer.from_file(f"{out}/trained.json").pre_tokenizer
trainer = trainers.BpeTrainer(vocab_size=32000, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                              special_tokens=["<|end_of_text|>"], show_progress=False)
model.train_from_iterator(documents, trainer)
theirs = json.loads(model.to_str())["model"]["merges"]
pairs = [tuple(m.split(" ")) if isinstance(m, str) else tuple(m) for m in theirs]
print("merges equal:", pairs == [tuple(m) for m in ours["model"]["merges"]], len(pairs))
