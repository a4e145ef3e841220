import type { Device } from "@beyond24/device";

/** Tokens of a pass unless it is said. */
export function usualBatch({ passTokens = 2048 }: Pick<Device, "passTokens">): number {
  return passTokens;
}
