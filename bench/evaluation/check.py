"""Holds what requests.ts wrote against the rules of lm-evaluation-harness 0.4, written anew: python3 check.py ROWS"""
import json, math, re, sys

folder = sys.argv[1]


def clean(text):
    return re.sub(r"\[.*?\]", "", text.strip().replace(" [title]", ". ")).replace("  ", " ")


def arc(row):
    return [f"Question: {row['question']}\nAnswer:"] * len(row["choices"]["text"]), row["choices"]["text"], \
        row["choices"]["label"].index(row["answerKey"])


def openbookqa(row):
    return [row["question_stem"]] * 4, row["choices"]["text"], row["choices"]["label"].index(row["answerKey"].strip())


def piqa(row):
    return [f"Question: {row['goal']}\nAnswer:"] * 2, [row["sol1"], row["sol2"]], row["label"]


def hellaswag(row):
    context = clean(row["activity_label"] + ": " + row["ctx_a"] + " " + row["ctx_b"].capitalize())
    return [context] * 4, [clean(ending) for ending in row["endings"]], int(row["label"])


def winogrande(row):
    before, after = row["sentence"].split("_", 1)
    return [before + row["option1"], before + row["option2"]], [after.strip()] * 2, {"1": 0, "2": 1}[row["answer"]]


failed = False
tasks = {"arc_easy": arc, "arc_challenge": arc, "piqa": piqa, "openbookqa": openbookqa, "hellaswag": hellaswag,
         "winogrande": winogrande}
for name, question in tasks.items():
    ours = json.load(open(f"{folder}/{name}.ours.json"))
    at, requests, golds, right = 0, 0, 0, {"acc": [], "acc_norm": []}
    for number, row in enumerate(map(json.loads, open(f"{folder}/{name}.jsonl"))):
        contexts, continuations, gold = question(row)
        theirs = [[context, " " + continuation] for context, continuation in zip(contexts, continuations, strict=True)]
        requests += ours["shots"]["0"][at:at + len(theirs)] != theirs
        golds += ours["gold"][number] != gold
        values = ours["logLikelihoods"][at:at + len(theirs)]
        at += len(theirs)
        right["acc"].append(values.index(max(values)) == gold)
        by_length = [value / len(text) for value, text in zip(values, continuations)]
        right["acc_norm"].append(by_length.index(max(by_length)) == gold)
    assert at == len(ours["shots"]["0"])
    far = 0
    for metric, values in right.items():
        if metric not in ours["scores"]:
            continue
        p, n = sum(values) / len(values), len(values)
        # The sample deviation of zeros and ones by the root of n.
        error = math.sqrt(p * (1 - p) / (n - 1))
        far += abs(ours["scores"][metric] - p) > 1e-12 or abs(ours["scores"][f"{metric}_stderr"] - error) > 1e-12
    print(f"{name}: of {number + 1} documents {requests} with other requests, {golds} with another gold; "
          f"{far} scores differ")
    failed |= requests + golds + far > 0
sys.exit(failed)
