import { CheckpointError, loadCheckpoint, loadNewestCheckpoint, saveCheckpoint } from "@beyond24/checkpoint";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import fc from "fast-check";
import { contentsOf, exampleCheckpoint, withFolder } from "./_testing.ts";

const names = ["model.safetensors", "optimizer.safetensors", "config.json", "state.json"];

Deno.test("loadNewestCheckpoint passes over any damage and names the file", () =>
  withFolder(async (folder) => {
    const older = exampleCheckpoint(1);
    await saveCheckpoint(folder, older);
    const newest = await saveCheckpoint(folder, exampleCheckpoint(2));
    const damage = fc.record({
      name: fc.constantFrom(...names),
      kind: fc.constantFrom("cut", "flip", "grow", "remove", "empty"),
      place: fc.double({ min: 0, max: 0.999, noNaN: true }),
      bit: fc.integer({ min: 0, max: 7 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ name, kind, place, bit }) => {
        const path = join(newest, name);
        const whole = await Deno.readFile(path);
        const damaged = whole.slice();
        // The last byte of the JSON files is a line end, which a cut may take without harm.
        const index = Math.floor(place * (whole.length - 1));
        damaged[index] = (damaged[index] ?? 0) ^ (1 << bit);
        if (kind === "cut") await Deno.writeFile(path, whole.subarray(0, index));
        if (kind === "flip") await Deno.writeFile(path, damaged);
        if (kind === "grow") await Deno.writeFile(path, Uint8Array.of(...whole, bit + 33));
        if (kind === "remove") await Deno.remove(path);
        if (kind === "empty") await Deno.writeFile(path, new Uint8Array());
        const warnings: string[] = [];
        const found = await loadNewestCheckpoint(folder, { onWarning: (message) => warnings.push(message) });
        await Deno.writeFile(path, whole);
        assertEquals(await contentsOf(found), await contentsOf(older));
        assertEquals(warnings.length, 1);
        assert(warnings[0]?.includes(path), warnings[0]);
      }),
      { numRuns: 150 },
    );
    assertEquals((await loadNewestCheckpoint(folder)).step, 2);
  }));

Deno.test("loadCheckpoint says what is wrong", () =>
  withFolder(async (folder) => {
    const path = await saveCheckpoint(folder, exampleCheckpoint(3));
    const state = join(path, "state.json");
    const whole = await Deno.readTextFile(state);
    const faults: [string, string][] = [
      ['{"global_step": 3}', "is foreign"],
      ["[]", "is foreign"],
      ["null", "is foreign"],
      [whole.slice(0, 50), "cut off"],
      [whole.replace('"version": 1', '"version": 2'), "of another version than 1: current value is 2"],
      [whole.replace('"step": 3', '"step": 4'), "its checksum differs"],
    ];
    for (const [text, message] of faults) {
      await Deno.writeTextFile(state, text);
      await assertRejects(() => loadCheckpoint(path), CheckpointError, message);
    }
    await Deno.writeTextFile(state, whole);
    const moved = join(folder, "step-00000007");
    await Deno.rename(path, moved);
    await assertRejects(() => loadCheckpoint(moved), CheckpointError, "another step: current value is 3");
  }));

Deno.test("a checkpoint that has lost its tokenizer is refused with where copies lie", () =>
  withFolder(async (folder) => {
    const tokenizer = { "tokenizer.json": "{}", "tokenizer_config.json": "{}" };
    const path = await saveCheckpoint(folder, { ...exampleCheckpoint(3), tokenizer });
    await Deno.remove(join(path, "tokenizer.json"));
    await assertRejects(
      () => loadCheckpoint(path),
      CheckpointError,
      "tokenizer.json is missing: copy tokenizer.json from the run's folder, another checkpoint or the prepared tokens",
    );
  }));

Deno.test("loadNewestCheckpoint without a whole one fails and lists the reasons", () =>
  withFolder(async (folder) => {
    await assertRejects(() => loadNewestCheckpoint(folder), CheckpointError, "there is none");
    await Deno.mkdir(join(folder, "step-00000009"));
    await Deno.mkdir(join(folder, "best"));
    await assertRejects(() => loadNewestCheckpoint(folder), CheckpointError, "none of 1 is whole: ");
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const error = await assertRejects(() => loadNewestCheckpoint(folder, { onWarning }), CheckpointError);
    assertEquals([warnings.length, error.message.endsWith("none of 1 is whole, as the warnings say")], [1, true]);
    await Deno.writeTextFile(join(folder, "file"), "in the way");
    await assertRejects(
      () => loadNewestCheckpoint(join(folder, "file")),
      CheckpointError,
      "Cannot look for checkpoints",
    );
  }));
