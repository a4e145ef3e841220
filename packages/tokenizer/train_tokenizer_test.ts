import { loadTokenizer, TokenizerError, trainTokenizer } from "@beyond24/tokenizer";
import { assertEquals, assertRejects } from "@std/assert";

const text = [
  "the cat, the hat; that bat sat at the mat.\n",
  "How much wood would a woodchuck chuck if a woodchuck could chuck wood?\n",
  "0 100 2000 30000 --- ----- aaaa aaaaaaa\n",
];

/**
 * What the trainer of Hugging Face's tokenizers 0.23.2 learns from the same lines; most of the pairs tie with others.
 */
const merges =
  "a a|a t|- -|c h|w o|Ġ wo|0 0|c k|o d|t h|u ck|ch uck|Ġwo od|Ġ th|aa aa|l d|u ld|Ġ a|Ġ c|Ġ m|Ġ --|Ġ chuck|Ġ aaaa|" +
  "Ġwood chuck|Ġth e|. Ċ|1 00|2 00|3 00|? Ċ|H o|b at|h at|i f|o uld|s at|u ch|Ġ at|Ġ bat|Ġ hat|Ġ if|Ġ sat|aa a|-- -|" +
  "Ġwo uld|th e|Ġth at|Ġc at|Ġc ould|Ġm at|Ġm uch|Ġ-- -|Ġ-- ---|Ġaaaa aaa|Ho w";

Deno.test("trainTokenizer learns the merges that Hugging Face's trainer learns", async () => {
  const { model } = await trainTokenizer(text, { vocabularySize: 256 + 55, special: [] });
  assertEquals(model.merges.map((pair) => pair.join(" ")).join("|"), merges);
});

Deno.test("trainTokenizer gives special tokens the first numbers and bytes the next ones", async () => {
  const special = ["<s>", "</s>"];
  const file = await trainTokenizer(text, { vocabularySize: 2 + 256 + 3, special });
  const tokenizer = await loadTokenizer(JSON.stringify(file));
  assertEquals([tokenizer.bos, tokenizer.eos, tokenizer.vocabularySize], [0, 1, 261]);
  assertEquals(tokenizer.encode("!aa"), Int32Array.of(2, 258));
  assertEquals(Object.keys(file.model.vocab).length, 261);
});

Deno.test("trainTokenizer takes texts as they come and says how far it is", async () => {
  async function* stream() {
    for (const line of text) yield await Promise.resolve(line);
  }
  const heard: number[] = [];
  const options = {
    vocabularySize: 300,
    special: [],
    onProgress: ({ characters }: { characters: number }) => heard.push(characters),
  };
  const { model } = await trainTokenizer(stream(), options);
  assertEquals(model, (await trainTokenizer(text, options)).model);
  assertEquals(heard.slice(0, 3), [1, 2, 3].map((count) => text.slice(0, count).join("").length));
});

Deno.test("trainTokenizer refuses what it cannot learn", async () => {
  const train = (vocabularySize: number, special: string[] = []) => () =>
    trainTokenizer(text, { vocabularySize, special });
  await assertRejects(train(255), RangeError, "at least 256");
  await assertRejects(train(258.5), RangeError, "258.5");
  await assertRejects(train(256, ["<s>"]), RangeError, "at least 257");
  await assertRejects(train(300, ["a"]), RangeError, "no byte");
  await assertRejects(train(100_000), TokenizerError, "the texts hold pairs for");
});
