"""Holds what `evaluate --log-samples` wrote against transformers on the exported model, and both in time:
python3 transformers_loop.py HF EVALUATION [--limit 1000] [--device cuda] [--dtype bfloat16] [--batch 64]

The loop is the plain one: requests by length, padded on the right, batch after batch, log-softmax of all positions."""

import argparse, glob, json, os, sys, time
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("hf")
parser.add_argument("evaluation")
parser.add_argument("--limit", type=int, default=1000, help="requests; 0 for all")
parser.add_argument("--device", default="cpu")
parser.add_argument("--dtype", default="float32")
parser.add_argument("--batch", type=int, default=64)
parser.add_argument("--bar", type=float, default=1e-3)
options = parser.parse_args()

config = json.load(open(f"{options.hf}/config.json"))
longest = config["max_position_embeddings"]
tokenizer = Tokenizer.from_file(f"{options.hf}/tokenizer.json")


def encoded(context, continuation):
    spaces = len(context) - len(context.rstrip())
    if spaces:
        context, continuation = context[:-spaces], context[-spaces:] + continuation
    whole, before = tokenizer.encode(context + continuation).ids, tokenizer.encode(context).ids
    behind = whole[len(before) :]
    return (before + behind)[-(longest + 1) :], len(behind)


started = time.time()
requests, documents = [], {}
for path in sorted(glob.glob(f"{options.evaluation}/samples_*.jsonl")):
    task = os.path.basename(path)[len("samples_") : -len(".jsonl")]
    for line in open(path):
        sample = json.loads(line)
        first = len(requests)
        for pair, (score, greedy) in zip(sample["arguments"].values(), sample["filtered_resps"], strict=True):
            tokens, asked = encoded(pair["arg_0"], pair["arg_1"])
            requests.append((tokens, asked, float(score), greedy == "True", len(pair["arg_1"]) - 1))
        documents.setdefault(task, []).append((first, len(requests), sample))
if options.limit:
    # From all tasks: every n-th document.
    step = max(1, len(requests) // options.limit)
    kept = {task: own[::step] for task, own in documents.items()}
else:
    kept = documents
places = [place for own in kept.values() for first, end, _ in own for place in range(first, end)]

model = AutoModelForCausalLM.from_pretrained(options.hf, dtype=getattr(torch, options.dtype)).to(options.device).eval()
order = sorted(places, key=lambda place: -len(requests[place][0]))
loaded = time.time()
theirs = {}
with torch.no_grad():
    for start in range(0, len(order), options.batch):
        batch = order[start : start + options.batch]
        width = len(requests[batch[0]][0]) - 1
        rows = [requests[place][0][:-1] + [0] * (width + 1 - len(requests[place][0])) for place in batch]
        logits = model(torch.tensor(rows, device=options.device)).logits
        scores = torch.log_softmax(logits, dim=-1)
        for row, place in enumerate(batch):
            tokens, asked, *_ = requests[place]
            end = len(tokens) - 1
            targets = torch.tensor(tokens[-asked:], device=options.device)
            own = scores[row, end - asked : end]
            value = own.gather(1, targets[:, None]).sum().item()
            theirs[place] = value, bool((own.argmax(-1) == targets).all())
seconds = time.time() - loaded

differences = [abs(theirs[place][0] - requests[place][2]) for place in places]
greedy = sum(theirs[place][1] != requests[place][3] for place in places)
mean = sum(differences) / len(differences)
print(
    f"{len(places)} requests: largest difference {max(differences):.3g}, mean {mean:.3g}; "
    f"{greedy} differ in what is greedy"
)
failed = max(differences) > options.bar or greedy > 0
for task, own in kept.items():
    ours, others = {"acc": 0, "acc_norm": 0}, {"acc": 0, "acc_norm": 0}
    for first, end, sample in own:
        values = [theirs[place][0] for place in range(first, end)]
        by_length = [value / max(1, requests[place][4]) for value, place in zip(values, range(first, end))]
        for metric, scores in (("acc", values), ("acc_norm", by_length)):
            if metric in sample["metrics"]:
                ours[metric] += sample[metric]
                others[metric] += scores.index(max(scores)) == int(sample["target"])
    same = ours == others
    failed |= not same
    print(f"{task}: {len(own)} documents, right {ours} ours, {others} theirs{'' if same else ' DIFFER'}")
print(
    f"loop over {len(places)} requests, batches of {options.batch}, {options.device} {options.dtype}: {seconds:.2f} s "
    f"(tokenizing and loading {loaded - started:.2f} s)"
)
json.dump(
    {"requests": len(places), "largest": max(differences), "greedy": greedy, "seconds": seconds},
    open(os.environ.get("JSON", "/dev/null"), "w"),
)
sys.exit(failed)
