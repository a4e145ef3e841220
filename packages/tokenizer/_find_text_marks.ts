import type { TextMarks } from "./text_marks.ts";
import { TokenizerError } from "./tokenizer_error.ts";
import type { TokenizerFile, TokenizerStep } from "./tokenizer_file.ts";

/** Names that tokens with a meaning have in well-known tokenizers, the more particular first. */
const wellKnown = {
  bos: ["<|begin_of_text|>", "<|beginoftext|>", "<|startoftext|>", "<|bos|>", "<bos>", "<s>"],
  eos: ["<|end_of_text|>", "<|endoftext|>", "<|eos|>", "<eos>", "</s>"],
};

/** The tokens that begin and end texts, by name or number: undefined where the caller does not say, null for none. */
export interface MarkNames {
  /** Token that begins a text. */
  readonly bos?: string | number | null | undefined;
  /** Token that ends a text. */
  readonly eos?: string | number | null | undefined;
}

/**
 * Finds the tokens around texts: those that are named, else those that the post-processor puts there, else well-known
 * ones.
 *
 * @throws {TokenizerError} If a name is not in the vocabulary
 */
export function findTextMarks(tokenizer: TokenizerFile, names: MarkNames, file: string): TextMarks {
  const { added_tokens, model: { vocab } } = tokenizer;
  const added = new Map(added_tokens.map(({ content, id }) => [content, id]));
  const idOf = (name: string) => added.get(name) ?? (Object.hasOwn(vocab, name) ? vocab[name] : undefined);
  const isThere = (token: number) =>
    added_tokens.some(({ id }) => id === token) || Object.values(vocab).includes(token);
  const find = (mark: "bos" | "eos", fallback: number | undefined) => {
    const name = names[mark];
    if (name === null) return undefined;
    if (name === undefined) return fallback ?? wellKnown[mark].map((known) => added.get(known)).find(isToken);
    const token = typeof name === "string" ? idOf(name) : isThere(name) ? name : undefined;
    if (token !== undefined) return token;
    throw new TokenizerError(`Cannot use ${name} as the ${mark} token as ${file} has no such token`);
  };
  const prefix = prefixOf(tokenizer.post_processor).map(idOf).filter(isToken);
  return { bos: find("bos", prefix[0]), eos: find("eos", undefined), prefix };
}

function isToken(token: number | undefined): token is number {
  return token !== undefined;
}

/** Names of the special tokens that a template puts before a text. */
function prefixOf(step: TokenizerStep | null): string[] {
  if (step === null) return [];
  if (Array.isArray(step.processors)) return step.processors.flatMap(prefixOf);
  if (step.type !== "TemplateProcessing" || !Array.isArray(step.single)) return [];
  const parts: readonly unknown[] = step.single;
  const text = parts.findIndex((part) => has(part, "Sequence"));
  return parts.slice(0, Math.max(text, 0)).flatMap((part) => {
    const special = has(part, "SpecialToken");
    const name = has(special, "id");
    return typeof name === "string" ? [name] : [];
  });
}

function has(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
