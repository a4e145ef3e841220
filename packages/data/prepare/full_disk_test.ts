import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

/** What gives a program a file system of its own; a user may not do so everywhere. */
const unshare = ["--user", "--map-root-user", "--mount", "sh", "-c"];

function mayMount(): boolean {
  try {
    return new Deno.Command("unshare", { args: [...unshare, "mount -t tmpfs none /mnt"], stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** Prepares into a folder and says what came of it. */
const program = (source: string, out: string) => `
  import { openTokens } from "@beyond24/data";
  import { prepareTokens } from "@beyond24/data/prepare";
  import { ByteTokenizer } from "@beyond24/tokenizer";
  const options = { paths: ["${source}"], out: "${out}", tokenizer: new ByteTokenizer(), validation: 0.1, workers: 1 };
  const result = await prepareTokens(options).catch((error) => error.message);
  if (typeof result === "string") console.log(result);
  else { using tokens = await openTokens("${out}"); console.log(tokens.digest); }`;

Deno.test({
  name: "prepareTokens says in a line that the disk is full, and goes on when there is room, to the same bytes",
  ignore: Deno.build.os !== "linux" || !mayMount(),
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const [source, disk] = [join(folder, "a.jsonl"), join(folder, "disk")];
      await Deno.mkdir(disk);
      const line = (index: number) => JSON.stringify({ text: `document ${index} `.repeat(100) }) + "\n";
      await Deno.writeTextFile(source, Array.from({ length: 1500 }, (_, index) => line(index)).join(""));
      await Deno.writeTextFile(join(folder, "small.ts"), program(source, `${disk}/out`));
      await Deno.writeTextFile(join(folder, "other.ts"), program(source, `${disk}/other`));
      const config = fromFileUrl(new URL("../../../deno.json", import.meta.url));
      const run = `${Deno.execPath()} run --quiet --no-lock --config ${config} --allow-read --allow-write ${folder}`;
      const words = `mount -t tmpfs -o size=2m none ${disk} && ${run}/small.ts && ` +
        `mount -o remount,size=32m ${disk} && ${run}/small.ts && ${run}/other.ts`;
      const { success, stdout, stderr } = await new Deno.Command("unshare", { args: [...unshare, words] }).output();
      assert(success, new TextDecoder().decode(stderr));
      const [full = "", resumed, whole, ...rest] = new TextDecoder().decode(stdout).split("\n");
      assertStringIncludes(full, `Cannot write ${disk}/out/train-00000.bin as the disk is full`);
      assertEquals([resumed, rest], [whole, [""]]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
