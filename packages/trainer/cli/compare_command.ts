import { writeComparison } from "../report/write_comparison.ts";
import { type Command, defineCommand } from "./command.ts";
import { exitCodes } from "./exit_codes.ts";
import { reading } from "./permissions.ts";

const flags = {
  out: {
    kind: "text",
    form: "the path of a file",
    placeholder: "file",
    default: "compare.html",
    sentence: "Where to write the page",
  },
} as const;

/** `compare`: several runs on one page. */
export const compareCommand: Command = defineCommand({
  name: "compare",
  sentence: "Draws several runs on one page, finished or not: losses by step and by time, step times, what was set",
  operand: { name: "dir", sentence: "the folder of a run; the others are held against the first", least: 2 },
  flags,
  tasks: [{ name: "compare", permissions: { ...reading, write: true } }],
  run: async ({ flags: { out }, operands, terminal }) => {
    const onWarning = (message: string) => terminal.error(`warning: ${message}\n`);
    terminal.out(`Comparison: ${await writeComparison(operands, out, onWarning)}\n`);
    return exitCodes.done;
  },
  examples: [["compare runs/a runs/b --out ab.html", "two runs; ratios are against runs/a"]],
});
