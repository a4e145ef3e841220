import { ROOT } from "./units.ts";

/** README with a table of the shapes, between these two lines. */
const README = new URL("hopper/README.md", ROOT);
const [START, END] = ["<!-- shapes: written by build.ts -->", "<!-- end of shapes -->"];

interface Box {
  readonly columns: number;
  readonly rows: number;
  readonly swizzle: number;
}

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly stages: number;
  readonly threads: number;
  readonly sharedBytes: number;
  readonly boxA?: Box;
  readonly boxB?: Box;
}

/** Whether the README has the shapes of `products`, the text of `built/products.json`. */
export function hasShapesTable(products: string): boolean {
  const readme = Deno.readTextFileSync(README);
  return readme === withTable(readme, products);
}

/** Writes the shapes of `products` into the README. */
export function writeShapesTable(products: string): void {
  Deno.writeTextFileSync(README, withTable(Deno.readTextFileSync(README), products));
}

function withTable(readme: string, products: string): string {
  const [before = "", rest = ""] = readme.split(START);
  const [, after = ""] = rest.split(END);
  const shapes: Record<string, Shape> = JSON.parse(products);
  const rows = Object.entries(shapes).flatMap(([name, shape]) => row(name, shape));
  const head = [
    "| kernel | tile | depth, stages | threads | shared bytes | box of a | box of b |",
    "| --- | --- | --- | ---: | ---: | --- | --- |",
  ];
  return `${before}${[START, ...head, ...rows, END].join("\n")}${after}`;
}

function row(name: string, { rows, columns, depth, stages, threads, sharedBytes, boxA, boxB }: Shape): string[] {
  if (boxA === undefined) return [];
  const cells = [
    `\`${name}\``,
    `${rows} x ${columns}`,
    `${depth}, ${stages}`,
    threads,
    sharedBytes,
    text(boxA),
    boxB ? text(boxB) : "-",
  ];
  return [`| ${cells.join(" | ")} |`];
}

function text({ columns, rows, swizzle }: Box): string {
  return `{${columns}, ${rows}}, ${swizzle}B`;
}
