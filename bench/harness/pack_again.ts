import type { Device } from "@beyond24/device";
import { type FeedForward, refreshFeedForward } from "@beyond24/ffn";

/**
 * What a sparse pass begins with whose weights were changed and not packed: means, and all packed weights with their
 * flips.
 */
export function packAgain(device: Device, layer: FeedForward): void {
  for (const parameter of [layer.wIn, layer.wOut]) parameter.version++;
  refreshFeedForward(device, layer);
}
