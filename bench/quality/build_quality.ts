import { diskError, readTextFile } from "@beyond24/disk";
import { join } from "@std/path";
import { drawQualityPage } from "./quality_page.ts";
import { readRows, type ResultRow, rowName } from "./result_row.ts";

const pagePath = "docs/quality.md";
const imagesPath = "docs/images";
const rowsPath = "bench/quality/results";

/**
 * Draws the page and its pictures from the rows of a repository. Nothing is changed unless all of it can be drawn.
 *
 * @param root Folder of the repository
 * @param isChecking Whether files that differ are only named
 * @param say Is told of each file that differs
 * @returns How many files differed
 * @throws {Error} If there are no rows, or rows, page or pictures cannot be used; the message is a line
 */
export async function buildQuality(root: string, isChecking: boolean, say: (line: string) => void): Promise<number> {
  const rows = await rowsToDraw(root);
  const { text, figures } = drawQualityPage(await readPage(root), rows);
  const files = new Map([
    [pagePath, text],
    ...figures.map(({ file, svg }) => [`${imagesPath}/${file}`, svg] as const),
  ]);
  const old = (await picturesIn(root)).filter((path) => !files.has(path));
  const changed: [string, string][] = [];
  for (const [path, text] of files) if (text !== await readTextFile(join(root, path))) changed.push([path, text]);

  for (const path of old) {
    say(`${isChecking ? "stale" : "removed"} ${path}`);
    if (!isChecking) await tryTo(`remove ${path}`, () => Deno.remove(join(root, path)));
  }
  for (const [path, text] of changed) {
    say(`${isChecking ? "stale" : "built"} ${path}`);
    if (!isChecking) await tryTo(`write ${path}`, () => Deno.writeTextFile(join(root, path), text));
  }
  return old.length + changed.length;
}

/** A page drawn from no rows would hold nothing, and its pictures would be removed as nobody's. */
async function rowsToDraw(root: string): Promise<ResultRow[]> {
  const rows = await readRows(join(root, rowsPath));
  if (rows.length === 0) {
    throw new Error(
      `Cannot draw ${pagePath} as ${rowsPath} must hold rows: current value is none; ` +
        `take back those of the repository, or make some with deno task reproduce`,
    );
  }
  for (const row of rows) checkLosses(row);
  return rows;
}

/** Gaps are shares of losses. Those of stand-ins of a device are 0: rows that can be read, and not be compared. */
function checkLosses(row: ResultRow): void {
  const losses = [row.train_loss, row.val_loss, row.bits_per_byte, ...row.curve.map(([, loss]) => loss)];
  if (losses.every((loss) => loss > 0)) return;
  throw new Error(
    `Cannot draw the row ${rowName(row)} as its losses must be above 0: current value is 0, as on a stand-in of a ` +
      `device; remove it from ${rowsPath}`,
  );
}

async function readPage(root: string): Promise<string> {
  const page = await readTextFile(join(root, pagePath));
  if (page !== undefined) return page;
  throw new Error(
    `Cannot draw ${pagePath} as its text must be there: current value is no file; take it back from the repository`,
  );
}

/** Pictures of the page that are there already. */
async function picturesIn(root: string): Promise<string[]> {
  const entries = await tryTo(
    `list the pictures in ${imagesPath}`,
    () => Array.fromAsync(Deno.readDir(join(root, imagesPath))),
  );
  return entries.filter(({ name }) => /^quality-.*\.svg$/.test(name)).map(({ name }) => `${imagesPath}/${name}`);
}

async function tryTo<Result>(action: string, use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    throw diskError(action, error);
  }
}
