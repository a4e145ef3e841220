import { mutateJson } from "@beyond24/disk/testing";
import { checkModelShape } from "@beyond24/recipe";
import { acceptsValue, configField } from "@beyond24/run";
import { seededRandom } from "@beyond24/session";
import { assert, assertEquals } from "@std/assert";
import { exampleConfig } from "./_testing.ts";
import { decodeConfigFile, encodeConfigFile } from "./config_file.ts";
import { HubError } from "./hub_error.ts";

const { model } = exampleConfig();
const whole = encodeConfigFile(model, { isTied: true, bos: 1, eos: undefined, dtype: "bfloat16" });

Deno.test("a config.json that was changed anywhere is decoded to a model that can be, or refused in one line", () => {
  const random = seededRandom(1);
  let [decoded, refused] = [0, 0];
  for (let round = 0; round < 20_000; round++) {
    const value: unknown = JSON.parse(mutateJson(whole, random) || "null");
    try {
      const { model, isTied, isGated } = decodeConfigFile(value, "config.json", { freshFeedForward: round % 2 === 0 });
      checkModelShape(model);
      for (const [key, number] of Object.entries(model)) assert(acceptsValue(configField(`model.${key}`), number));
      assertEquals([typeof isTied, isGated], ["boolean", false]);
      decoded++;
    } catch (error) {
      assert(error instanceof HubError, String(error));
      assert(/^Cannot import config\.json[^\n]+$/.test(error.message) && error.message.length < 300, error.message);
      refused++;
    }
  }
  assert(decoded > 1000 && refused > 1000, `${decoded} decoded, ${refused} refused`);
});

Deno.test("sizes that a model lacks follow from others, as in transformers", () => {
  const { head_dim: _, num_key_value_heads: __, tie_word_embeddings: ___, hidden_act: ____, ...short } = whole;
  const { model: found, isTied } = decodeConfigFile(short, "config.json");
  assertEquals([found.headDim, found.kvHeads, isTied], [4, 4, false]);
});
