"""Models that transformers makes, through import and export and back.

python3 bench/hub/foreign.py make OUT
for d in OUT/arcee-*; do deno task import $d --out $d/run --tokenizer bytes; deno task export $d/run --out $d/out; done
python3 bench/hub/foreign.py compare OUT
"""

import glob, sys
import torch, transformers
from transformers import ArceeConfig, ArceeForCausalLM, AutoModelForCausalLM

action, out = sys.argv[1:3]
torch.manual_seed(0)
print(f"transformers {transformers.__version__}")
if action == "make":
    for tied in (True, False):
        for dtype in (torch.float32, torch.bfloat16):
            config = ArceeConfig(
                vocab_size=300,
                hidden_size=64,
                intermediate_size=160,
                num_hidden_layers=3,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=128,
                tie_word_embeddings=tied,
                bos_token_id=None,
                eos_token_id=0,
            )
            folder = f"{out}/arcee-{'tied' if tied else 'shards'}-{str(dtype).removeprefix('torch.')}"
            ArceeForCausalLM(config).to(dtype).save_pretrained(folder, max_shard_size="5GB" if tied else "60KB")
else:
    tokens = torch.arange(100).reshape(1, -1)
    for folder in sorted(glob.glob(f"{out}/arcee-*")):
        before, after = (
            AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32) for path in (folder, f"{folder}/out")
        )
        with torch.no_grad():
            print(
                folder,
                "largest difference of logits",
                (before(tokens).logits - after(tokens).logits).abs().max().item(),
            )
