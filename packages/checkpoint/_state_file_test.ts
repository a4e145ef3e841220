import { mutateJson } from "@beyond24/disk/testing";
import { seededRandom } from "@beyond24/session";
import { assert, assertEquals } from "@std/assert";
import { decodeStateFile, encodeStateFile, formatName, formatVersion, type StateFile } from "./_state_file.ts";

const whole: StateFile = {
  format: formatName,
  version: formatVersion,
  step: 12,
  files: { "config.json": { bytes: 3, sha256: "ab" }, "model.safetensors": { bytes: 300, sha256: "cd" } },
  state: { loader: { seed: 1, epoch: 0, position: 8 }, seconds: 1.5 },
};

Deno.test("a state file with a right checksum and any content is decoded or refused with a reason", () => {
  assertEquals(decodeStateFile(encodeStateFile(whole)), whole);
  const random = seededRandom(1);
  let [decoded, refused] = [0, 0];
  for (let round = 0; round < 20_000; round++) {
    const content: unknown = JSON.parse(mutateJson(whole, random) || "null");
    if (typeof content !== "object" || content === null) continue;
    try {
      const { step, files } = decodeStateFile(encodeStateFile({ ...whole, ...content }));
      assert(Number.isSafeInteger(step) && step >= 0);
      for (const { bytes, sha256 } of Object.values(files)) assert(bytes >= 0 && typeof sha256 === "string");
      decoded++;
    } catch (error) {
      assert(error instanceof SyntaxError, String(error));
      refused++;
    }
  }
  assert(decoded > 1000 && refused > 1000, `${decoded} ${refused}`);
});
