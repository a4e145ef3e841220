import { assertEquals } from "@std/assert";
import { LineFollower } from "./line_follower.ts";

async function withFile(test: (path: string, append: (text: string) => Promise<void>) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile();
  await test(path, (text) => Deno.writeTextFile(path, text, { append: true }));
  await Deno.remove(path).catch(() => {});
}

const nothing = { restarted: false, lines: [] };

Deno.test("LineFollower gives whole lines once, and a half line when it is whole", async () => {
  await withFile(async (path, append) => {
    const follower = new LineFollower(path);
    assertEquals(await follower.read(), nothing);
    await append("one\ntwo\nthr");
    assertEquals(await follower.read(), { restarted: false, lines: ["one", "two"] });
    assertEquals(await follower.read(), nothing);
    await append("ee\n");
    assertEquals(await follower.read(), { restarted: false, lines: ["three"] });
  });
});

Deno.test("LineFollower waits for a file that is not there yet", async () => {
  const folder = await Deno.makeTempDir();
  const follower = new LineFollower(`${folder}/later`);
  assertEquals(await follower.read(), nothing);
  await Deno.writeTextFile(`${folder}/later`, "é\n");
  assertEquals(await follower.read(), { restarted: false, lines: ["é"] });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("LineFollower starts again when a run goes back to a checkpoint", async () => {
  await withFile(async (path, append) => {
    const follower = new LineFollower(path);
    await append("one\ntwo\nthree\n");
    await follower.read();
    await Deno.writeTextFile(path, "one\n");
    assertEquals(await follower.read(), { restarted: true, lines: ["one"] });
    assertEquals(await follower.read(), nothing);
  });
});

Deno.test("LineFollower notices another run that is already as long", async () => {
  await withFile(async (path, append) => {
    const follower = new LineFollower(path);
    await append("one\ntwo\n");
    await follower.read();
    await Deno.writeTextFile(path, "uno\ndue\ntre\n");
    assertEquals(await follower.read(), { restarted: true, lines: ["uno", "due", "tre"] });
  });
});

Deno.test("LineFollower notices that the file went away", async () => {
  await withFile(async (path, append) => {
    const follower = new LineFollower(path);
    await append("one\n");
    await follower.read();
    await Deno.remove(path);
    assertEquals(await follower.read(), { restarted: true, lines: [] });
    assertEquals(await follower.read(), nothing);
  });
});

Deno.test("LineFollower reads a long file in parts without losing a line", async () => {
  await withFile(async (path, append) => {
    const lines = Array.from({ length: 40_000 }, (_, index) => `${index} ${"x".repeat(index % 90)}`);
    await append(lines.join("\n") + "\n");
    const follower = new LineFollower(path);
    const found: string[] = [];
    for (let reads = 0; reads < 10; reads++) found.push(...(await follower.read()).lines);
    assertEquals(found, lines);
  });
});

Deno.test("LineFollower passes over a line of more than a megabyte, and goes on behind it", async () => {
  await withFile(async (path, append) => {
    const follower = new LineFollower(path);
    await append(`one\n${"x".repeat(2_500_000)}`);
    assertEquals(await follower.read(), { restarted: false, lines: ["one"] });
    assertEquals(await follower.read(), nothing);
    await append(`${"x".repeat(700_000)}\ntwo\n`);
    const found = [...(await follower.read()).lines, ...(await follower.read()).lines];
    assertEquals(found, ["two"]);
    await append(`${"y".repeat(1 << 20)}\nthree\n\nfour\n`);
    assertEquals((await follower.read()).lines, ["three", "", "four"]);
    assertEquals(await follower.read(), nothing);
  });
});

Deno.test("LineFollower does not wait for a pipe", async () => {
  const folder = await Deno.makeTempDir();
  await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
  assertEquals(await new LineFollower(`${folder}/pipe`).read(), nothing);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("LineFollower does not follow a link", async () => {
  await withFile(async (path, append) => {
    await append("secret\n");
    await Deno.symlink(path, `${path}.link`);
    assertEquals(await new LineFollower(`${path}.link`).read(), nothing);
    await Deno.remove(`${path}.link`);
  });
});
