import { SplitPreTokenizer } from "@huggingface/tokenizers";
import { cuttablePatterns, gpt2Pattern } from "./_patterns.ts";
import { textWindows } from "./_text_windows.ts";
import { TokenizerError } from "./tokenizer_error.ts";
import type { TokenizerStep } from "./tokenizer_file.ts";

/** Cuts a text into pieces and shows them in order. */
export type SplitText = (text: string, visit: (piece: string) => void) => void;

/** How a tokenizer cuts texts. */
export interface Splitter {
  /** Cuts a text. */
  readonly split: SplitText;
  /** Whether a piece always begins where white space follows a letter, whatever comes before and after. */
  readonly isCuttable: boolean;
}

/** What of a text goes on: the matches of a pattern, what lies between them, or both. */
interface Kept {
  readonly matches: boolean;
  readonly gaps: boolean;
}

/**
 * Compiles a pre-tokenizer: any of `Split` and `Digits`, and `ByteLevel` as the last step.
 *
 * @throws {TokenizerError} If there are other steps, or the last one is not `ByteLevel`
 */
export function compileSplitter(preTokenizer: TokenizerStep | null, file: string): Splitter {
  const steps = flatten(preTokenizer);
  const byteLevel = steps.pop();
  if (byteLevel?.type !== "ByteLevel") {
    throw new TokenizerError(
      `Cannot load ${file} as its vocabulary must be of bytes, with the pre-tokenizer ByteLevel: ` +
        `current value is ${byteLevel?.type ?? "none"}`,
    );
  }
  const patterns = steps.map((step) => patternOf(step, file));
  const usesRegex = byteLevel.use_regex !== false;
  const splits = [
    ...patterns.map(({ pattern, kept }) => splitBy(compile(pattern, file), kept)),
    ...(byteLevel.add_prefix_space === true ? [prefixSpace] : []),
    ...(usesRegex ? [splitBy(compile({ Regex: gpt2Pattern }, file), { matches: true, gaps: true })] : []),
  ];
  const sources = [...patterns.map(({ pattern }) => pattern.Regex ?? ""), ...(usesRegex ? [gpt2Pattern] : [])];
  const isCuttable = sources.length === 1 && byteLevel.add_prefix_space !== true &&
    cuttablePatterns.has(sources[0] ?? "");
  const split = splits.reduceRight(chain, (text, visit) => visit(text));
  return { split: isCuttable ? chain(split, inWindows) : split, isCuttable };
}

function flatten(step: TokenizerStep | null): TokenizerStep[] {
  if (step === null) return [];
  if (step.type !== "Sequence" || !Array.isArray(step.pretokenizers)) return [step];
  return step.pretokenizers.flatMap(flatten);
}

interface Pattern {
  readonly Regex?: string;
  readonly String?: string;
}

function patternOf(step: TokenizerStep, file: string): { readonly pattern: Pattern; readonly kept: Kept } {
  const { type, pattern, behavior, invert = false, individual_digits: single = false } = step;
  if (type === "Digits") return { pattern: { Regex: single ? "\\p{N}" : "\\p{N}+" }, kept: both };
  if (type === "Split" && isPattern(pattern) && behavior === "Isolated") return { pattern, kept: both };
  if (type === "Split" && isPattern(pattern) && behavior === "Removed") {
    return { pattern, kept: { matches: invert === true, gaps: invert !== true } };
  }
  const value = type === "Split" ? `Split with behavior ${JSON.stringify(behavior)}` : type;
  throw new TokenizerError(
    `Cannot load ${file} as its pre-tokenizers must be Split (Isolated or Removed), Digits and ByteLevel: ` +
      `current value is ${value}`,
  );
}

const both: Kept = { matches: true, gaps: true };

function isPattern(value: unknown): value is Pattern {
  if (typeof value !== "object" || value === null) return false;
  return "Regex" in value ? typeof value.Regex === "string" : "String" in value && typeof value.String === "string";
}

/** The library knows how Oniguruma and JavaScript differ; here a match has to begin where the last one ended. */
function compile(pattern: Pattern, file: string): RegExp {
  try {
    const compiled = new SplitPreTokenizer({ type: "Split", pattern, behavior: "Isolated", invert: false }).pattern;
    return new RegExp(compiled?.source ?? "", "uy");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TokenizerError(`Cannot load ${file} as a pattern of its pre-tokenizer cannot be compiled: ${reason}`, {
      cause: error,
    });
  }
}

function chain(next: SplitText, split: SplitText): SplitText {
  return (text, visit) => split(text, (piece) => next(piece, visit));
}

const inWindows: SplitText = (text, visit) => textWindows(text).forEach(visit);

const prefixSpace: SplitText = (text, visit) => visit(text.startsWith(" ") ? text : ` ${text}`);

function splitBy(pattern: RegExp, { matches, gaps }: Kept): SplitText {
  return (text, visit) => {
    let gap = 0;
    let at = 0;
    while (at < text.length) {
      pattern.lastIndex = at;
      const end = pattern.test(text) ? pattern.lastIndex : at;
      if (end === at) {
        at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
        continue;
      }
      if (gaps && gap < at) visit(text.slice(gap, at));
      if (matches) visit(text.slice(at, end));
      gap = at = end;
    }
    if (gaps && gap < at) visit(text.slice(gap, at));
  };
}
