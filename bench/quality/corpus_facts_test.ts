import { UsageError } from "@beyond24/run";
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "../../packages/trainer/_testing.ts";
import { corpusFacts, corpusNotes } from "./corpus_facts.ts";
import { chooseJobs } from "./jobs.ts";

Deno.test("prepared tokens beside other data are refused, as facts of one folder are not those of a mixture", () =>
  withFolder(async (folder) => {
    const [text, tokens] = [join(folder, "text.txt"), join(folder, "tokens")];
    await Deno.mkdir(tokens);
    await Deno.writeTextFile(join(tokens, "index.json"), "{}");
    await Deno.writeTextFile(join(tokens, "train-00000.bin"), "");
    for (const paths of [[tokens, tokens], [text, tokens]]) {
      await assertRejects(() => corpusFacts(paths), UsageError, "prepared tokens must stand alone");
    }
  }));

Deno.test("a corpus that is too small is said with how many times runs go over it", () => {
  const jobs = chooseJobs({ sizes: ["tiny"], seeds: [1], only: ["table2/dense"], steps: 100 });
  const facts = { digest: "", heldOutTokens: 1001, vocabularySize: 256 };
  assertEquals(corpusNotes(jobs, { ...facts, trainTokens: 5120 }), [
    "tiny: 51,200 tokens are asked for and there are 5,120 to train on, so the runs go over them 10.0 times",
    "tiny: validations are of 896 tokens, as the corpus is too small to hold out 65,536",
  ]);
  assertEquals(corpusNotes(jobs, { ...facts, trainTokens: 51_200, heldOutTokens: 100_000 }), []);
});
