import type { Tokenizer } from "./tokenizer.ts";

/** Names of the files of a tokenizer, as `transformers` calls them. */
export const tokenizerFileNames = ["tokenizer.json", "tokenizer_config.json"] as const;

/**
 * What to write so that a folder holds a tokenizer: `loadTokenizer` gives the same one for it, and `transformers` loads
 * it with `AutoTokenizer.from_pretrained`.
 *
 * @param tokenizer The tokenizer
 * @returns Contents by name of the file
 *
 * @example The files of bytes
 * ```ts
 * import { ByteTokenizer, tokenizerFiles } from "@beyond24/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const files = tokenizerFiles(new ByteTokenizer());
 * assertEquals(JSON.parse(files["tokenizer.json"]).model.merges, []);
 * assertEquals(JSON.parse(files["tokenizer_config.json"]).eos_token, null); // byte 0 ends a text, and has no name in it
 * ```
 */
export function tokenizerFiles(tokenizer: Tokenizer): Record<(typeof tokenizerFileNames)[number], string> {
  const file = tokenizer.toJSON();
  const nameOf = (token: number | undefined) => {
    const name = file.added_tokens.find(({ id }) => id === token)?.content ??
      Object.entries(file.model.vocab).find(([, id]) => id === token)?.[0];
    // `transformers` looks for a name in the text itself: the character that stands for byte 0 would become that byte.
    return name === undefined || tokenizer.decode([token ?? 0]) !== name ? null : name;
  };
  const config = {
    tokenizer_class: "PreTrainedTokenizerFast",
    bos_token: nameOf(tokenizer.bos),
    eos_token: nameOf(tokenizer.eos),
    clean_up_tokenization_spaces: false,
  };
  return {
    "tokenizer.json": JSON.stringify(file) + "\n",
    "tokenizer_config.json": JSON.stringify(config, null, 2) + "\n",
  };
}
