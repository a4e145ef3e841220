import { assert } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

/** Bytes of the text; enough that what a program takes anyway does not count. */
const size = 2 ** 26;

Deno.test({
  name: "text that was not prepared takes the memory of its bytes, and not a multiple of it",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const data = new URL("./mod.ts", import.meta.url).href;
      await Deno.writeFile(join(folder, "text.txt"), new Uint8Array(size).fill(0x61));
      await Deno.writeTextFile(
        join(folder, "program.ts"),
        `import { corpusDigest, loadCorpus, SequenceLoader, splitCorpus } from ${JSON.stringify(data)};
        const most = () => 1024 * Number(/VmHWM:\\s+(\\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))?.[1]);
        const before = most();
        const corpus = await loadCorpus([Deno.args[0]]);
        corpusDigest(corpus);
        const { train } = splitCorpus(corpus, { validationFraction: 0.1, sequenceLength: 64 });
        new SequenceLoader(train, { sequenceLength: 64, batchSize: 8, seed: 1 }).next();
        console.log(most() - before);`,
      );
      const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "--quiet", "--no-lock", "--config", config, "--allow-all"],
          ...[join(folder, "program.ts"), join(folder, "text.txt")],
        ],
      }).output();
      const taken = Number(new TextDecoder().decode(stdout));
      assert(taken > 0.9 * size && taken < 1.5 * size, `${taken} bytes for a text of ${size}`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
