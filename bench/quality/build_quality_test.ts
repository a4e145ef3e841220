import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { testRow } from "./_testing.ts";
import { buildQuality } from "./build_quality.ts";
import { encodeRow, type ResultRow, rowName } from "./result_row.ts";

const empty = ["summary", "tables", "bars"].map((name) => `<!-- begin ${name} -->\n<!-- end ${name} -->\n`).join("");
const rows = [
  testRow({}),
  testRow({ run: "beyond-50", recipe: "dense:10,sparse:40,dense:50", step_ms: { dense: 10, sparse: 5 } }),
];

const rowsIn = (root: string) => join(root, "bench/quality/results");
const pageIn = (root: string) => join(root, "docs/quality.md");

/** Uses the folder of a repository that has the page drawn from two rows. */
async function withPage(use: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(rowsIn(root), "23m"), { recursive: true });
    await Deno.mkdir(join(root, "docs/images"), { recursive: true });
    for (const row of rows) await writeRow(root, row);
    await Deno.writeTextFile(pageIn(root), empty);
    await buildQuality(root, false, () => {});
    await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function writeRow(root: string, row: ResultRow): Promise<void> {
  return Deno.writeTextFile(join(rowsIn(root), `${rowName(row)}.json`), encodeRow(row));
}

/** Every file under the documents, with its text. */
async function documentsIn(root: string): Promise<[string, string][]> {
  const folder = join(root, "docs");
  const files = await Array.fromAsync(Deno.readDir(join(folder, "images")), ({ name }) => join("images", name))
    .catch(() => []);
  const page = await Deno.stat(pageIn(root)).then(() => ["quality.md"], () => []);
  return await Promise.all(
    [...page, ...files.sort()].map(async (name): Promise<[string, string]> => [
      name,
      await Deno.readTextFile(join(folder, name)),
    ]),
  );
}

/** Why a page is not built once something was done to the repository; whatever is there then, it stays as it is. */
async function refusalAfter(spoil: (root: string) => Promise<void>): Promise<string> {
  let words = "";
  await withPage(async (root) => {
    await spoil(root);
    const before = await documentsIn(root);
    const said: string[] = [];
    const { message } = await assertRejects(() => buildQuality(root, false, (line) => said.push(line)), Error);
    assertEquals(await documentsIn(root), before);
    assertEquals(said, []);
    assert(!message.includes("\n"), message);
    words = message;
  });
  return words;
}

Deno.test("the page and its pictures are built, pictures of nobody are removed, and a check changes nothing", () =>
  withPage(async (root) => {
    const files = await documentsIn(root);
    assertEquals(files.map(([name]) => name), [
      "quality.md",
      join("images", "quality-23m-loss.svg"),
      join("images", "quality-23m-pareto.svg"),
    ]);
    const said: string[] = [];
    const build = (isChecking: boolean) => buildQuality(root, isChecking, (line) => said.push(line));
    await Deno.writeTextFile(join(root, "docs/images/quality-9z-loss.svg"), "");
    await Deno.remove(join(root, "docs/images/quality-23m-loss.svg"));
    const spoilt = await documentsIn(root);
    // Numbers of clips in a picture go on through a process, so the other picture differs as well here.
    assertEquals(await build(true), 3);
    assertEquals(await documentsIn(root), spoilt);
    assertEquals(await build(false), 3);
    const built = await documentsIn(root);
    assertEquals(built[0], files[0]);
    assertEquals(built.map(([name]) => name), files.map(([name]) => name));
    const [nobodys, ...drawn] = ["9z-loss", "23m-loss", "23m-pareto"].map((name) => `docs/images/quality-${name}.svg`);
    assertEquals(said, [
      ...[nobodys, ...drawn].map((path) => `stale ${path}`),
      `removed ${nobodys}`,
      ...drawn.map((path) => `built ${path}`),
    ]);
  }));

Deno.test("without any row nothing is built or removed", async () => {
  const missing = await refusalAfter((root) => Deno.remove(rowsIn(root), { recursive: true }));
  assertMatch(
    missing,
    /^Cannot draw docs.quality\.md as bench.quality.results must hold rows: current value is none; /,
  );
  const none = await refusalAfter(async (root) => {
    await Deno.remove(join(rowsIn(root), "23m"), { recursive: true });
    await Deno.mkdir(join(rowsIn(root), "23m"));
  });
  assertEquals(none, missing);
});

Deno.test("a page, its markers or the folder of its pictures that is missing is said in a line", async () => {
  assertMatch(
    await refusalAfter((root) => Deno.remove(pageIn(root))),
    /^Cannot draw docs.quality\.md as its text must be there: current value is no file; /,
  );
  assertStringIncludes(
    await refusalAfter((root) => Deno.writeTextFile(pageIn(root), "words")),
    "must have the markers <!-- begin summary --> and <!-- end summary -->, in this order: current value is neither; put",
  );
  assertStringIncludes(
    await refusalAfter((root) => Deno.writeTextFile(pageIn(root), empty.replace("<!-- end bars -->", ""))),
    "current value is <!-- begin bars -->; put",
  );
  assertMatch(
    await refusalAfter((root) => Deno.remove(join(root, "docs/images"), { recursive: true })),
    /^Cannot list the pictures in docs.images as /,
  );
});

Deno.test("rows of stand-ins of a device, whose losses are 0, are not drawn", async () => {
  for (const zero of [{ val_loss: 0 }, { train_loss: 0 }, { curve: [[100, 0]] as const }]) {
    assertMatch(
      await refusalAfter((root) => writeRow(root, testRow({ seed: 2, ...zero }))),
      /^Cannot draw the row 23m.dense\.seed2 as its losses must be above 0: current value is 0, /,
    );
  }
});
