import { createHash } from "node:crypto";
import { firstBadByte, isUtf8 } from "../_utf8.ts";
import { joinBytes } from "./_join_bytes.ts";
import { lastCut } from "./_last_cut.ts";
import type { Bytes, TextSurvey } from "./record_batch.ts";

/** Goes through a text of any length. */
export async function surveyText(chunks: AsyncIterable<Bytes>): Promise<TextSurvey> {
  const hash = createHash("sha256");
  let badByte: number | undefined;
  /** Bytes of whole characters. */
  let bytes = 0;
  let uncut = 0;
  let longestUncut = 0;
  let unfinished = new Uint8Array();
  for await (const chunk of chunks) {
    hash.update(chunk);
    const block = joinBytes([unfinished, chunk], unfinished.length + chunk.length);
    if (badByte === undefined && !isUtf8(block, true)) badByte = bytes + firstBadByte(block);
    uncut = lastCut(block) === 0 ? uncut + block.length : block.length;
    longestUncut = Math.max(longestUncut, uncut);
    const whole = block.length - unfinishedBytes(block);
    unfinished = block.slice(whole);
    bytes += whole;
  }
  if (badByte === undefined && unfinished.length > 0) badByte = bytes;
  return { digest: new Uint8Array(hash.digest()), bytes: bytes + unfinished.length, badByte, longestUncut };
}

/** Bytes at the end that begin a character whose other bytes are to come. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0x80 && byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
