"""Holds what requests.ts wrote against lm-evaluation-harness itself (pip install lm_eval): python3 harness.py ROWS"""
import json, sys
import datasets
from lm_eval.api.task import ConfigurableTask
from lm_eval.tasks import TaskManager
from lm_eval.api.metrics import mean, mean_stderr
import lm_eval

folder = sys.argv[1]
print("lm_eval", lm_eval.__version__ if hasattr(lm_eval, "__version__") else "")
splits = {"arc_easy": "test", "arc_challenge": "test", "openbookqa": "test"}


def rows(name):
    return datasets.Dataset.from_list([json.loads(line) for line in open(f"{folder}/{name}.jsonl")])


def local(self, *_, **__):
    name = self.config.task
    split = splits.get(name, "validation")
    self.dataset = datasets.DatasetDict({"train": rows(f"{name}.train"), split: rows(name)})


ConfigurableTask.download = local
failed = False
for name in ["arc_easy", "arc_challenge", "piqa", "openbookqa", "hellaswag", "winogrande"]:
    ours = json.load(open(f"{folder}/{name}.ours.json"))
    faults = []
    for shots in (0, 5, 25):
        task = TaskManager().load([name])["tasks"][name]
        task.set_config("num_fewshot", shots)
        task.set_fewshot_seed(1234)
        task.build_all_requests()
        theirs = [list(instance.args) for instance in task.instances]
        differ = sum(a != b for a, b in zip(theirs, ours["shots"][str(shots)], strict=True))
        faults.append(f"{differ} of {len(theirs)} requests differ with {shots} examples")
        failed |= differ > 0
    of_doc = {}
    for place, instance in enumerate(task.instances):
        of_doc.setdefault(instance.doc_id, (instance.doc, []))[1].append((ours["logLikelihoods"][place], False))
    scores = [task.process_results(doc, results) for doc, results in of_doc.values()]
    differ = sum(theirs != mine for theirs, mine in zip(scores, ours["documents"], strict=True))
    failed |= differ > 0
    faults.append(f"{differ} of {len(scores)} documents are scored otherwise")
    for metric in scores[0]:
        values = [score[metric] for score in scores]
        ours_of = ours["scores"][metric], ours["scores"][f"{metric}_stderr"]
        for theirs, mine in zip((mean(values), mean_stderr(values)), ours_of):
            failed |= abs(theirs - mine) > 1e-12
            faults.append(f"{metric} {theirs:.6f} {mine:.6f}")
    print(f"{name}: {'; '.join(faults)}", flush=True)
sys.exit(failed)
