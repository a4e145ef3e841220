import { TokenizerError } from "./tokenizer_error.ts";
import type { TokenizerStep } from "./tokenizer_file.ts";

const unicodeForms: ReadonlySet<string> = new Set(["NFC", "NFD", "NFKC", "NFKD"]);

/**
 * Compiles a normalizer: none, a Unicode form, or several of them.
 *
 * @throws {TokenizerError} If it is another one
 */
export function compileNormalizer(normalizer: TokenizerStep | null, file: string): (text: string) => string {
  if (normalizer === null) return (text) => text;
  const { type, normalizers } = normalizer;
  if (unicodeForms.has(type)) return (text) => text.normalize(type);
  if (type === "Sequence" && Array.isArray(normalizers)) {
    const steps = normalizers.map((step) => compileNormalizer(step, file));
    return (text) => steps.reduce((normal, step) => step(normal), text);
  }
  throw new TokenizerError(
    `Cannot load ${file} as its normalizer must be none, NFC, NFD, NFKC or NFKD: current value is ${type}`,
  );
}
