"""Holds scores of `evaluate` against lm-evaluation-harness itself on the exported model (pip install lm_eval):
python3 harness_scores.py HF EVALUATION ROWS [TEXT]. EVALUATION has results.json and samples, ROWS the rows (rows.py).
With TEXT also bits per byte of a text, of which results.json has a row."""
import json, sys
import datasets
from lm_eval.api.instance import Instance
from lm_eval.api.task import ConfigurableTask
from lm_eval.evaluator import simple_evaluate
from lm_eval.models.huggingface import HFLM

hf, evaluation, folder, *texts = sys.argv[1:]
ours = json.load(open(f"{evaluation}/results.json"))
splits = {"arc_easy": "test", "arc_challenge": "test", "openbookqa": "test"}


def rows(name):
    return datasets.Dataset.from_list([json.loads(line) for line in open(f"{folder}/{name}.jsonl")])


def local(self, *_, **__):
    name = self.config.task
    self.dataset = datasets.DatasetDict({"train": rows(f"{name}.train"), splits.get(name, "validation"): rows(name)})


ConfigurableTask.download = local
model = HFLM(pretrained=hf, device="cpu", dtype="float32", batch_size=16)
tasks = [name for name in ours["results"] if "acc,none" in ours["results"][name]]
shots = {ours["n-shot"][name] for name in tasks}
assert len(shots) <= 1, shots
limit = ours["config"]["limit"]
theirs = simple_evaluate(model=model, tasks=tasks, num_fewshot=shots.pop(), limit=limit, log_samples=True)
failed = False
for name in tasks:
    largest = 0
    samples = [json.loads(line) for line in open(f"{evaluation}/samples_{name}.jsonl")]
    for mine, other in zip(samples, theirs["samples"][name], strict=True):
        asked = [[pair["arg_0"], pair["arg_1"]] for pair in mine["arguments"].values()]
        assert asked == [list(pair) for pair in other["arguments"]]
        for (a, greedy), (b, other_greedy) in zip(mine["filtered_resps"], other["filtered_resps"], strict=True):
            largest = max(largest, abs(float(a) - float(b)))
            failed |= greedy != str(other_greedy)
    scores = []
    for key, value in ours["results"][name].items():
        if not key.endswith(",none"):
            continue
        other = theirs["results"][name][key]
        same = value == other or (isinstance(other, float) and abs(value - other) < 1e-9)
        failed |= not same
        scores.append(f"{key} {value:.4f} {other:.4f}" if isinstance(other, float) else f"{key} {value} {other}")
    failed |= largest > 1e-3
    print(f"{name}: {len(samples)} documents, log-likelihoods differ by {largest:.3g} at most; {'; '.join(scores)}")
for path in texts:
    text = open(path).read()
    (value,) = model.loglikelihood_rolling([Instance("loglikelihood_rolling", {}, (text,), 0)])
    bits = -value / len(text.encode()) / 0.6931471805599453
    mine = ours["results"][path]["bits_per_byte,none"]
    failed |= abs(bits - mine) > 1e-4
    print(f"{path}: {mine:.6f} bits per byte, {bits:.6f} in the harness")
print("DIFFER" if failed else "the same")
sys.exit(failed)
