"""Holds what `evaluate --log-samples` wrote against transformers on the exported model, and both in time:
python3 transformers_loop.py HF EVALUATION [--limit 1000] [--device cuda] [--dtype bfloat16] [--batch 64] [--seconds 40]

The loop is the plain one, with what makes it quick: tokens of all requests at once, requests by length, padded on the
right without a mask, batch after batch, log-softmax of all positions, one copy of results to the host a batch."""

import time

started = time.time()

import argparse, glob, json, os, sys
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

imported = time.time()
parser = argparse.ArgumentParser()
parser.add_argument("hf")
parser.add_argument("evaluation")
parser.add_argument("--limit", type=int, default=1000, help="requests; 0 for all")
parser.add_argument("--device", default="cpu")
parser.add_argument("--dtype", default="float32")
parser.add_argument("--batch", type=int, default=64)
parser.add_argument("--bar", type=float, default=1e-3)
parser.add_argument("--seconds", type=float, default=float("inf"), help="scores no further batch after so many")
options = parser.parse_args()


def documents_of(path):
    """Documents as (place of the first request, place behind the last, sample), by task; and the requests."""
    documents, requests = {}, []
    for file in sorted(glob.glob(f"{path}/samples_*.jsonl")):
        task = os.path.basename(file)[len("samples_") : -len(".jsonl")]
        for sample in map(json.loads, open(file)):
            first = len(requests)
            for pair, (score, greedy) in zip(sample["arguments"].values(), sample["filtered_resps"], strict=True):
                requests.append((pair["arg_0"], pair["arg_1"], float(score), greedy == "True"))
            documents.setdefault(task, []).append((first, len(requests), sample))
    return documents, requests


def encoded(pairs, tokenizer, longest):
    """Tokens of each pair, and how many of them are the continuation's."""
    moved = []
    for context, continuation, *_ in pairs:
        kept = context.rstrip()
        moved.append((kept, context[len(kept) :] + continuation))
    wholes = tokenizer.encode_batch([context + continuation for context, continuation in moved])
    contexts = tokenizer.encode_batch([context for context, _ in moved])
    return [
        (whole.ids[-(longest + 1) :], len(whole.ids) - len(context.ids))
        for whole, context in zip(wholes, contexts, strict=True)
    ]


def score(model, batch):
    """The log-likelihood of each continuation, and whether it is what greedy decoding gives."""
    width = len(batch[0][0]) - 1
    rows = torch.zeros(len(batch), width + 1, dtype=torch.long)
    asked = torch.zeros(len(batch), width, dtype=torch.bool)
    for row, (tokens, count) in enumerate(batch):
        rows[row, : len(tokens)] = torch.tensor(tokens)
        asked[row, len(tokens) - 1 - count : len(tokens) - 1] = True
    rows, asked = rows.to(options.device), asked.to(options.device)
    scores = torch.log_softmax(model(rows[:, :-1], use_cache=False).logits, dim=-1)
    own = scores.gather(-1, rows[:, 1:, None]).squeeze(-1).float().masked_fill(~asked, 0).sum(-1)
    greedy = ((scores.argmax(-1) == rows[:, 1:]) | ~asked).all(-1)
    return list(zip(own.tolist(), greedy.tolist(), strict=True))


documents, requests = documents_of(options.evaluation)
if not requests:
    sys.exit(f"Cannot compare as {options.evaluation} has no samples: evaluate with --log-samples")
# From all tasks: every n-th document.
step = max(1, len(requests) // options.limit) if options.limit else 1
kept = {task: own[::step] for task, own in documents.items()}
places = [place for own in kept.values() for first, end, _ in own for place in range(first, end)]
read = time.time()
longest = json.load(open(f"{options.hf}/config.json"))["max_position_embeddings"]
tokenizer = Tokenizer.from_file(f"{options.hf}/tokenizer.json")
tokens = dict(zip(places, encoded([requests[place] for place in places], tokenizer, longest), strict=True))
tokenized = time.time()
model = AutoModelForCausalLM.from_pretrained(options.hf, dtype=getattr(torch, options.dtype)).to(options.device).eval()
loaded = time.time()

order = sorted(places, key=lambda place: -len(tokens[place][0]))
batches = [order[start : start + options.batch] for start in range(0, len(order), options.batch)]
padded = [len(batch) * (len(tokens[batch[0]][0]) - 1) for batch in batches]
theirs, work = {}, 0
with torch.inference_mode():
    for batch, size in zip(batches, padded, strict=True):
        if time.time() - loaded > options.seconds:
            break
        theirs.update(zip(batch, score(model, [tokens[place] for place in batch]), strict=True))
        work += size
ended = time.time()
seconds, share = ended - loaded, work / sum(padded)

done = [place for place in places if place in theirs]
differences = [abs(theirs[place][0] - requests[place][2]) for place in done]
greedy = sum(theirs[place][1] != requests[place][3] for place in done)
mean = sum(differences) / len(differences)
print(
    f"{len(done)} requests: largest difference {max(differences):.3g}, mean {mean:.3g}; "
    f"{greedy} differ in what is greedy"
)
failed = max(differences) > options.bar or greedy > 0
for task, own in kept.items():
    own = [document for document in own if all(place in theirs for place in range(*document[:2]))]
    ours, others = {"acc": 0, "acc_norm": 0}, {"acc": 0, "acc_norm": 0}
    for first, end, sample in own:
        values = [theirs[place][0] for place in range(first, end)]
        # Without the space before it.
        lengths = [max(1, len(requests[place][1]) - 1) for place in range(first, end)]
        by_length = [value / length for value, length in zip(values, lengths, strict=True)]
        for metric, scores in (("acc", values), ("acc_norm", by_length)):
            if metric in sample["metrics"]:
                ours[metric] += sample[metric]
                others[metric] += scores.index(max(scores)) == int(sample["target"])
    same = ours == others
    failed |= not same
    print(f"{task}: {len(own)} documents, right {ours} ours, {others} theirs{'' if same else ' DIFFER'}")

real = sum(len(tokens[place][0]) - 1 for place in places)
print(
    f"loop over {len(done)} requests, batches of {options.batch}, {options.device} {options.dtype}, "
    f"{1 - real / sum(padded):.1%} padding: scoring {seconds:.2f} s; imports {imported - started:.2f} s, "
    f"reading {read - imported:.2f} s, tokens {tokenized - read:.2f} s, model {loaded - tokenized:.2f} s; "
    f"all in {ended - started:.2f} s"
)
if len(done) < len(places):
    whole = seconds / share
    print(
        f"CUT OFF: {len(done)} of {len(places)} requests ({len(done) / len(places):.1%}), the longest ones, "
        f"{share:.1%} of the padded tokens. Measured: scoring takes more than {seconds:.2f} s. Extrapolated by padded "
        f"tokens, not measured: {whole:.1f} s, all in {whole + loaded - started:.1f} s"
    )
json.dump(
    {
        "requests": len(done),
        "of": len(places),
        "largest": max(differences),
        "greedy": greedy,
        "seconds": seconds,
        "all_in": ended - started,
        "share_of_padded_tokens": share,
    },
    open(os.environ.get("JSON", "/dev/null"), "w"),
)
sys.exit(failed)
