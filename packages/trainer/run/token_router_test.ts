import { readMetrics } from "@beyond24/run";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { CaptureTerminal, checkpointDigest, microConfig, microRun, stoppedRun, withFolder } from "../_testing.ts";
import { runCommandLine } from "../cli/command_line.ts";

const values = {
  "model.layers": 2,
  "sparsity.plan": "beyond",
  "sparsity.router": "token",
  "sparsity.denseLayers": 1,
} as const;
const files = ["model.safetensors", "optimizer.safetensors"] as const;

Deno.test("a run whose router chooses by token, stopped in its sparse steps, goes on to the same bytes", () =>
  withFolder(async (folder) => {
    const config = microConfig(folder, values);
    const [whole, parts, other] = ["whole", "parts", "other"].map((name) => join(folder, name));
    assert(whole !== undefined && parts !== undefined && other !== undefined);
    await microRun(config, { folder: whole });
    await stoppedRun(config, parts, 6);
    const saved = await Deno.readTextFile(join(parts, "checkpoints", "step-00000006", "state.json"));
    const [choices = "", ...more] = JSON.parse(saved).state.session.transformer.choices;
    assertEquals(Uint8Array.fromBase64(choices).length, 256 * 4, "four clusters for each byte, in one layer");
    assertEquals(more, []);
    const evenly = Uint8Array.from({ length: 256 * 4 }, (_, i) => i % 16).toBase64();
    assertNotEquals(choices, evenly, "some bytes have voted");
    // The last of its steps was sparse, so that text is written and scored in sparse mode.
    const text = join(folder, "text.txt");
    for (
      const words of [["sample", parts, "--tokens", "5"], ["evaluate", parts, "--text", text]]
    ) {
      const terminal = new CaptureTerminal();
      assertEquals(await runCommandLine(words, terminal), 0, terminal.errors);
    }
    await microRun(config, { folder: parts, resume: true });
    await microRun(microConfig(folder, { ...values, "sparsity.router": "energy" }), { folder: other });
    for (const file of files) {
      assertEquals(checkpointDigest(parts, 12, file), checkpointDigest(whole, 12, file));
      assertNotEquals(checkpointDigest(other, 12, file), checkpointDigest(whole, 12, file));
    }
    for (const { phase, energy_share, expert_load_mean } of await readMetrics(join(whole, "metrics.jsonl"))) {
      assertEquals(energy_share, null, "it knows no energies");
      assertEquals(expert_load_mean, phase === "sparse" ? 2 * 16 * 4 / 16 : null, "4 of 16 for each of 32 tokens");
    }
  }));
