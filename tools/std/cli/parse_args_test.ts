// These hold for the real package as well, which the GitHub workflow runs them against.
import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";

Deno.test("parseArgs takes flags without a value, with =, and words", () => {
  assertEquals<unknown>(parseArgs(["--foo", "--bar=baz", "./quux.txt"]), { foo: true, bar: "baz", _: ["./quux.txt"] });
  assertEquals<unknown>(parseArgs(["--pow", "xixxle", "-", "7"]), { pow: "xixxle", _: ["-", 7] });
});

Deno.test("parseArgs takes strings and booleans", () => {
  const options = { boolean: ["foo"], string: ["bar", "_"] };
  assertEquals<unknown>(parseArgs(["--foo", "--bar", "baz"], options), { foo: true, bar: "baz", _: [] });
  assertEquals<unknown>(parseArgs(["--foo", "12"], options), { foo: true, _: ["12"] });
  assertEquals<unknown>(parseArgs(["--bar", "12"], options), { foo: false, bar: "12", _: [] });
  assertEquals<unknown>(parseArgs(["--foo=false", "--bar="], options), { foo: false, bar: "", _: [] });
  assertEquals<unknown>(parseArgs(["--foo", "true", "--bar"], options), { foo: true, bar: "", _: [] });
  assertEquals<unknown>(parseArgs(["--bar=a=b\nc"], options), { foo: false, bar: "a=b\nc", _: [] });
  assertEquals<unknown>(parseArgs(["--bar", "--foo"], options), { foo: true, bar: "", _: [] });
});

Deno.test("parseArgs collects, and takes the last of what it does not collect", () => {
  const args = ["--foo", "bar", "--foo", "baz"];
  assertEquals<unknown>(parseArgs(args, { collect: ["foo"] }), { foo: ["bar", "baz"], _: [] });
  assertEquals<unknown>(parseArgs(args, { string: ["foo"] }), { foo: "baz", _: [] });
  assertEquals<unknown>(parseArgs([], { string: ["foo"], collect: ["foo"] }), { foo: [], _: [] });
});

Deno.test("parseArgs knows flags by other names", () => {
  const options = { boolean: ["help"], alias: { help: "h" } };
  assertEquals<unknown>(parseArgs(["-h", "one"], options), { help: true, h: true, _: ["one"] });
  assertEquals<unknown>(parseArgs(["--help"], options), { help: true, h: true, _: [] });
  assertEquals<unknown>(parseArgs([], options), { help: false, h: false, _: [] });
});

Deno.test("parseArgs has defaults", () => {
  const options = { string: ["name"], default: { name: "x" } };
  assertEquals<unknown>(parseArgs([], options), { name: "x", _: [] });
  assertEquals<unknown>(parseArgs(["--name=y"], options), { name: "y", _: [] });
});

Deno.test("parseArgs takes everything behind -- as words", () => {
  assertEquals<unknown>(parseArgs(["--a", "--", "b", "--c"], { string: ["_"] }), { a: true, _: ["b", "--c"] });
});

Deno.test("parseArgs asks about what it does not know", () => {
  const asked: unknown[] = [];
  const parsed = parseArgs(["--known", "--no", "yes", "word", "-x"], {
    boolean: ["known"],
    unknown: (...question) => {
      asked.push(question);
      return false;
    },
  });
  assertEquals<unknown>(parsed, { known: true, _: [] });
  assertEquals(asked, [["--no", "no", "yes"], ["word"], ["-x", "x", true]]);
});
