import { DataError, memoryTokens, SequenceLoader } from "@beyond24/data";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";

const tokens = Int32Array.from({ length: 1000 }, (_, token) => token);

Deno.test("SequenceLoader targets are the next token of the input", () => {
  const loader = new SequenceLoader(tokens, { sequenceLength: 7, batchSize: 3, seed: 5 });
  for (let step = 0; step < 200; step++) {
    const { inputs, targets } = loader.next();
    assertEquals(targets, inputs.map((token) => token + 1));
    assertEquals(inputs.length, 21);
  }
});

Deno.test("SequenceLoader resumed at any step draws the same batches", () => {
  const anyRun = fc.record({
    length: fc.integer({ min: 10, max: 200 }),
    sequenceLength: fc.integer({ min: 1, max: 9 }),
    batchSize: fc.integer({ min: 1, max: 40 }),
    seed: fc.nat(),
    before: fc.nat({ max: 20 }),
  });
  fc.assert(fc.property(anyRun, ({ length, before, ...options }) => {
    const part = tokens.subarray(0, length);
    const whole = new SequenceLoader(part, options);
    for (let step = 0; step < before; step++) whole.next();
    const resumed = new SequenceLoader(part, options);
    resumed.restore(JSON.parse(JSON.stringify(whole.state)));
    for (let step = 0; step < 5; step++) assertEquals(resumed.next(), whole.next());
    assertEquals(resumed.state, whole.state);
  }));
});

Deno.test("SequenceLoader sees every sequence of an epoch once", () => {
  const loader = new SequenceLoader(tokens, { sequenceLength: 10, batchSize: 1, seed: 3 });
  for (let epoch = 0; epoch < 3; epoch++) {
    const starts: number[] = [];
    do starts.push(loader.next().inputs[0] ?? -1); while (loader.state.epoch === epoch && starts.length < 98);
    assertEquals(new Set(starts).size, starts.length);
    assertEquals(new Set(starts.map((start) => start % 10)).size, 1, "one shift an epoch");
    while (loader.state.epoch === epoch) loader.next();
    loader.restore({ seed: 3, epoch: epoch + 1, position: 0 });
  }
});

Deno.test("SequenceLoader shuffles by seed and by epoch", () => {
  const draw = (seed: number, epoch: number) => {
    const loader = new SequenceLoader(tokens, { sequenceLength: 10, batchSize: 50, seed });
    loader.restore({ seed, epoch, position: 0 });
    return loader.next().inputs;
  };
  assertEquals(draw(1, 0), draw(1, 0));
  assertNotEquals(draw(1, 0), draw(2, 0));
  assertNotEquals(draw(1, 0), draw(1, 1));
});

Deno.test("SequenceLoader goes on in the order that a state names, and in the old one where it names none", () => {
  const options = { sequenceLength: 10, batchSize: 8, seed: 1 };
  const old = new SequenceLoader(tokens, { ...options, shuffle: "feistel" });
  const now = new SequenceLoader(tokens, options);
  assertNotEquals(old.next(), now.next());
  assertEquals([old.state.shuffle, now.state.shuffle], ["feistel", "swap-or-not"]);
  const { seed, epoch, position } = old.state; // what a state was before there was a choice
  for (const state of [old.state, { seed, epoch, position }]) {
    const resumed = new SequenceLoader(tokens, options);
    resumed.restore(state);
    const copy = new SequenceLoader(tokens, options);
    copy.restore(old.state);
    assertEquals(resumed.next(), copy.next());
    assertEquals(resumed.state.shuffle, "feistel");
  }
});

Deno.test("SequenceLoader works with the least data there can be", () => {
  const loader = new SequenceLoader(tokens.subarray(0, 9), { sequenceLength: 8, batchSize: 4, seed: 0 });
  assertEquals(loader.next().inputs, Int32Array.of(...[0, 0, 0, 0].flatMap(() => [0, 1, 2, 3, 4, 5, 6, 7])));
  assert(loader.state.epoch === 3);
});

Deno.test("SequenceLoader refuses what it cannot serve", () => {
  const options = { sequenceLength: 8, batchSize: 4, seed: 0 };
  assertThrows(() => new SequenceLoader(tokens.subarray(0, 8), options), DataError, "9 tokens");
  for (const bad of [{ sequenceLength: 0 }, { batchSize: 0 }, { seed: -1 }, { seed: 0.5 }]) {
    assertThrows(() => new SequenceLoader(tokens, { ...options, ...bad }), RangeError);
  }
  const loader = new SequenceLoader(tokens, options);
  assertThrows(() => loader.restore({ seed: 1, epoch: 0, position: 0 }), RangeError, "its seed is 0");
  assertThrows(() => loader.restore({ seed: 0, epoch: 0, position: 1000 }), RangeError);
  assertThrows(() => loader.restore({ seed: 0, epoch: -1, position: 0 }), RangeError);
});

Deno.test("upcoming batches are those that will be drawn, over the end of an epoch, and are not drawn by it", () => {
  const mixture = [1, 2].map((weight) => ({ tokens: memoryTokens([tokens]), weight }));
  for (const source of [tokens, mixture]) {
    const loader = new SequenceLoader(source, { sequenceLength: 7, batchSize: 3, seed: 5 });
    loader.next();
    const state = loader.state;
    const seen = loader.upcoming(300);
    assertEquals(loader.state, state);
    assertEquals(loader.upcoming(0), []);
    assertEquals(seen, Array.from({ length: 300 }, () => loader.next()));
    assert(loader.state.epoch > 0);
  }
});

Deno.test("ranks of SequenceLoader share the batches that one of them would draw, and have its state", () => {
  const options = { sequenceLength: 7, seed: 2 };
  const whole = new SequenceLoader(tokens, { ...options, batchSize: 6 });
  const ranks = [0, 1, 2].map((rank) => new SequenceLoader(tokens, { ...options, batchSize: 2, rank, size: 3 }));
  for (let step = 0; step < 60; step++) {
    const batch = whole.next();
    assertEquals(ranks.flatMap((loader) => [...loader.next().inputs]), [...batch.inputs]);
    for (const loader of ranks) assertEquals(loader.state, whole.state);
  }
  assertThrows(() => new SequenceLoader(tokens, { ...options, batchSize: 2, rank: 2, size: 2 }), RangeError, "size");
});

Deno.test("SequenceLoader draws every position once an epoch, and says ahead what it will read", () => {
  const asked = new Map<number, number>();
  const seen: number[] = [];
  const source = {
    length: tokens.length,
    read: (start: number, count: number) => {
      if (seen.length > 0) assertEquals(asked.get(start), count);
      seen.push(start);
      return tokens.slice(start, start + count);
    },
    prefetch: (start: number, count: number) => void asked.set(start, count),
  };
  const loader = new SequenceLoader(source, { sequenceLength: 10, batchSize: 1, seed: 3 });
  const memory = new SequenceLoader(tokens, { sequenceLength: 10, batchSize: 1, seed: 3 });
  while (loader.state.epoch === 0) assertEquals(loader.next(), memory.next());
  const first = seen.slice(0, -1);
  assertEquals(new Set(first).size, first.length);
  assertEquals(first.length, Math.floor((tokens.length - 1 - Math.min(...first)) / 10));
});

/** Sources whose tokens say which one they are of. */
const mixture = [7, 2, 1].map((weight, source) => ({
  weight,
  tokens: memoryTokens([Int32Array.from({ length: 300 + 50 * source }, (_, token) => 1000 * source + token)]),
}));

Deno.test("SequenceLoader draws from a mixture in its proportions, and each sequence of a source once an epoch", () => {
  const loader = new SequenceLoader(mixture, { sequenceLength: 10, batchSize: 1, seed: 4 });
  const starts: number[][] = [[], [], []];
  for (let step = 0; step < 2000; step++) {
    const first = loader.next().inputs[0] ?? 0;
    starts[Math.floor(first / 1000)]?.push(first);
  }
  for (const [source, share] of [0.7, 0.2, 0.1].entries()) {
    assert(Math.abs((starts[source]?.length ?? 0) / 2000 - share) < 0.03, String(starts[source]?.length));
    const epoch = starts[source]?.slice(0, 28) ?? [];
    assertEquals(new Set(epoch).size, 28, "no sequence twice before all of them were drawn");
  }
  const { epoch, position, mixture: { drawn = 0, others = [] } = {} } = loader.state;
  assertEquals([drawn, others.length], [2000, 2]);
  assert(epoch * 29 + position > 1300 && others.every(({ epoch }) => epoch > 3));
});

Deno.test("SequenceLoader of a mixture goes on from any step, and its ranks share the batches of one", () => {
  const options = { sequenceLength: 7, seed: 2 };
  const whole = new SequenceLoader(mixture, { ...options, batchSize: 6 });
  const ranks = [0, 1, 2].map((rank) => new SequenceLoader(mixture, { ...options, batchSize: 2, rank, size: 3 }));
  for (let step = 0; step < 40; step++) {
    const resumed = new SequenceLoader(mixture, { ...options, batchSize: 6 });
    resumed.restore(JSON.parse(JSON.stringify(whole.state)));
    const batch = whole.next();
    assertEquals(resumed.next(), batch);
    assertEquals(ranks.flatMap((loader) => [...loader.next().inputs]), [...batch.inputs]);
    for (const loader of [resumed, ...ranks]) assertEquals(loader.state, whole.state);
  }
  const alone = new SequenceLoader(tokens, { ...options, batchSize: 6 });
  assertThrows(() => alone.restore(whole.state), RangeError, "draws from 1 sources: current value is 3");
  for (const weight of [0, -1, NaN, Infinity]) {
    const bad = mixture.map((source) => ({ ...source, weight }));
    assertThrows(() => new SequenceLoader(bad, { ...options, batchSize: 1 }), RangeError, "a weight above 0");
  }
});
