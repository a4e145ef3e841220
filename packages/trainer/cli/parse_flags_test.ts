import { UsageError } from "@beyond24/run";
import { assertEquals, assertThrows } from "@std/assert";
import { loadCommands } from "./commands.ts";
import { describeCommand } from "./describe_help.ts";
import { flagName, type FlagTable, valuesOf } from "./flag.ts";
import { parseFlags } from "./parse_flags.ts";

const table = {
  seed: { key: "train.seed", placeholder: "number" },
  baseline: { key: "train.baseline" },
  data: { key: "data.paths", placeholder: "path..." },
  out: { kind: "text", form: "a path", placeholder: "dir", sentence: "Where" },
  json: { kind: "switch", sentence: "JSON" },
  topK: { kind: "number", minimum: -9, maximum: 9, default: 4, placeholder: "number", sentence: "How many" },
} as const satisfies FlagTable;

const nothing = { seed: undefined, baseline: undefined, data: undefined, out: undefined, json: false, topK: 4 };
const parse = (...args: string[]) => parseFlags(table, args);

Deno.test("parseFlags reads every kind of flag, in both forms, and leaves the words", () => {
  assertEquals(parse(), { flags: nothing, operands: [] });
  const all = { seed: 7, baseline: true, data: ["a", "b", "c=d"], out: "x", json: true, topK: 2.5 };
  assertEquals(
    parse("--seed", "7", "--baseline", "--data", "a", "b", "--data=c=d", "--out=x", "--json", "--top-k", "2.5"),
    { flags: all, operands: [] },
  );
  assertEquals(parse("one", "--json", "2", "--", "--three"), {
    flags: { ...nothing, json: true },
    operands: ["one", "2", "--three"],
  });
});

Deno.test("parseFlags takes a value that begins with a dash, is a number or is empty for what it is", () => {
  assertEquals(parse("--top-k", "-.5").flags.topK, -0.5);
  assertEquals(parse("--top-k", "1e0").flags.topK, 1);
  assertEquals(parse("--out", "-").flags.out, "-");
  assertEquals(parse("--out", "12").flags.out, "12");
  assertEquals(parse("--seed", "1", "--seed", "2").flags.seed, 2);
  assertThrows(() => parse("--out", ""), UsageError, "current value is empty");
});

Deno.test("parseFlags refuses what a flag does not take, and flags that there are not", () => {
  const refused: [string[], string][] = [
    [["--seed", "abc"], "Cannot use --seed as it must be an integer from 0 to 2147483647: current value is abc"],
    [["--seed", "0x10"], "current value is 0x10"],
    [["--seed"], "Cannot use --seed without a value: current value is none"],
    [["--seed", "--json"], "Cannot use --seed without a value: current value is --json"],
    [["--json=no"], "Cannot use --json=no as this flag takes no value"],
    [["--sede", "1"], "Cannot use --sede as there is no such flag. Did you mean --seed?"],
    [["--__proto__=1"], "no such flag"],
    [["-x"], "Cannot use -x as there is no such flag"],
  ];
  for (const [args, message] of refused) assertThrows(() => parse(...args), UsageError, message);
});

Deno.test("help names every flag of a command, with its choices, and each is what the parser takes", async () => {
  for (const command of await loadCommands()) {
    const help = describeCommand(command, 100);
    for (const [name, flag] of Object.entries(command.flags)) {
      const values = valuesOf(flag);
      assertEquals(
        help.includes(`  ${flagName(name)}${values.kind === "switch" ? "" : " <"}`),
        true,
        `${command.name} ${name}`,
      );
      if (values.kind !== "choice") continue;
      for (const word of values.choices) {
        assertEquals(help.replace(/\s+/g, " ").includes(word), true);
        const { flags } = parseFlags(command.flags, [flagName(name), word]);
        assertEquals(flags[name], word);
      }
    }
    assertEquals(help.split("\n").every((line) => line.length <= 100), true);
  }
});
