import { soloCollectives } from "@beyond24/device";
import { presetConfig, UsageError } from "@beyond24/run";
import { assertEquals, assertThrows } from "@std/assert";
import { checkEqual, shareOfRank } from "./ranks.ts";

/** What every rank says when each has things of its own. */
async function said(things: readonly Readonly<Record<string, unknown>>[]): Promise<(string | undefined)[]> {
  const size = things.length;
  const given: (readonly number[])[] = [];
  const { promise, resolve } = Promise.withResolvers<number[]>();
  const sum = (numbers: readonly number[]) => {
    given.push(numbers);
    if (given.length === size) {
      resolve(numbers.map((_, i) => given.reduce((total, one) => total + (one[i] ?? NaN), 0)));
    }
    return promise;
  };
  return await Promise.all(
    things.map((own, rank) =>
      checkEqual(own, { ...soloCollectives, rank, size, sum }).then(() => undefined, ({ name, message }: Error) => {
        return `${name}: ${message}`;
      })
    ),
  );
}

Deno.test("ranks with the same things say nothing; all name the first that has another one", async () => {
  const [one, other] = [presetConfig("tiny"), presetConfig("small")];
  const things = { configuration: one, "version of the program": ["abc", { deno: "2" }] };
  assertEquals(await said([things, { ...things }, things]), [undefined, undefined, undefined]);
  const sentence = (what: string, rank: number) =>
    `UsageError: Cannot train together as all processes need the same ${what}: rank ${rank} has another one`;
  const config = await said([things, things, { ...things, configuration: other }]);
  assertEquals(config, new Array(3).fill(sentence("configuration", 2)));
  const newer = { ...things, "version of the program": ["abd", { deno: "2" }] };
  assertEquals(await said([things, newer, newer]), new Array(3).fill(sentence("version of the program", 1)));
});

Deno.test("one process compares nothing", async () => {
  const sum = () => Promise.reject(new Error("nobody is there"));
  await checkEqual({ configuration: 1 }, { ...soloCollectives, sum });
});

Deno.test("shareOfRank cuts a batch into equal parts, and says which sizes there are", () => {
  const config = presetConfig("tiny");
  const { train: { batchSize } } = config;
  assertEquals(shareOfRank(config, 2).train.batchSize, batchSize / 2);
  assertThrows(
    () => shareOfRank({ ...config, train: { ...config.train, batchSize: 10 } }, 4),
    UsageError,
    "Cannot share a batch of 10 sequences between 4 processes as it must divide: set train.batchSize to 12",
  );
});
