"""Holds what write_models.ts wrote against transformers on the CPU in f32: python3 bench/hub/compare.py OUT"""

import json, os, sys
import numpy, torch, transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

out, bar = sys.argv[1], 1e-4
torch.set_num_threads(1)  # the models are small
print(f"torch {torch.__version__}, transformers {transformers.__version__}")
print(
    "| model | largest difference of logits | largest logit | greedy tokens equal | tokenizer |\n| --- | --- | --- | --- | --- |"
)
missed = 0
for name in sorted(os.listdir(out)):
    if not os.path.exists(f"{out}/{name}/ours.json"):
        continue
    ours = json.load(open(f"{out}/{name}/ours.json"))
    model = AutoModelForCausalLM.from_pretrained(f"{out}/{name}/hf").eval()
    tokenizer = AutoTokenizer.from_pretrained(f"{out}/{name}/hf")
    assert type(model).__name__ == "ArceeForCausalLM" and model.dtype == torch.float32
    assert model.config.tie_word_embeddings == ("-tied" in name)
    inputs = torch.tensor(ours["inputs"]).reshape(ours["sequences"], -1)
    with torch.no_grad():
        theirs = model(inputs).logits.numpy()  # as many as the tokenizer has
    logits = numpy.fromfile(f"{out}/{name}/logits.f32", dtype="<f4").reshape(theirs.shape)
    difference = float(numpy.abs(logits - theirs).max())
    equal = 0
    model.generation_config.eos_token_id = None
    for continued in ours["continued"]:
        prompt, tokens = continued["prompt"], continued["tokens"]
        made = model.generate(
            torch.tensor([prompt]),
            attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
            do_sample=False,
            max_new_tokens=len(tokens),
        )[0, len(prompt) :].tolist()
        equal += made == tokens
    # Names of special tokens in a text are text, as in training.
    same = all(
        tokenizer(entry["text"], split_special_tokens=True)["input_ids"] == entry["tokens"] for entry in ours["texts"]
    )
    print(
        f"| {name} | {difference:.1e} | {numpy.abs(theirs).max():.1f} | {equal} of {len(ours['continued'])} "
        f"| {'equal' if same else 'DIFFERENT'} |",
        flush=True,
    )
    missed += difference > bar or equal < len(ours["continued"]) or not same
print("bars met" if missed == 0 else f"{missed} models miss a bar")
sys.exit(missed > 0)
