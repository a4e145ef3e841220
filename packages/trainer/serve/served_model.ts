import type { BatchDecoder } from "@beyond24/generation";
import type { Tokenizer } from "@beyond24/tokenizer";

/** The model that is served, and how much of it anybody may ask for. */
export interface ServedModel {
  /** Its name in the API. */
  readonly id: string;
  /** When it was loaded, in seconds since 1970. */
  readonly created: number;
  /** Text to tokens and back. */
  readonly tokenizer: Tokenizer;
  /** Draws tokens. */
  readonly decoder: BatchDecoder;
  /** Tokens that it knows, the first ones of the vocabulary. */
  readonly tokens: number;
  /** Most tokens of a prompt and its continuation. */
  readonly contextLength: number;
  /** Most continuations that wait for their turn. */
  readonly queue: number;
}
