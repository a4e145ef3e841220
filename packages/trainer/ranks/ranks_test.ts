import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { decodeFrames, encodeFrames, receiveFrame } from "./frames.ts";
import { joinSocketGroup, type SocketGroup } from "./socket_group.ts";
import { RanksError } from "./ranks_error.ts";
import { encodeHello, serveRanks } from "./serve_ranks.ts";
import { torchEnvironment, torchRanks } from "./torch_ranks.ts";

const hostname = "127.0.0.1";

/** Runs `run` in as many ranks of this process. */
async function together<Result>(size: number, run: (group: SocketGroup) => Promise<Result>): Promise<Result[]> {
  const listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const served = serveRanks(listener, size);
  const results = await Promise.all(Array.from({ length: size }, async (_, rank) => {
    const group = await joinSocketGroup({ hostname, port, rank, size, timeout: 5000 });
    try {
      return await run(group);
    } finally {
      await group.barrier().catch(() => {});
      group.leave();
    }
  }));
  await served;
  return results;
}

Deno.test("ranks add up numbers, send bytes and wait for each other, round after round", async () => {
  const sums = await together(3, async (group) => {
    const values = Float64Array.of(1, 2 ** 40 + group.rank, 0.5);
    const bytes = new Uint8Array(128).fill(group.rank + 1);
    await group.allReduce(values);
    await group.broadcast(bytes, 2);
    await group.barrier();
    const none = new Float64Array();
    await group.allReduce(none);
    return [...values, ...bytes.slice(126)];
  });
  assertEquals(sums, new Array(3).fill([3, 3 * 2 ** 40 + 3, 1.5, 3, 3]));
});

Deno.test("numbers are added in the order of the ranks, whoever comes first", async () => {
  const mine = [1e16, 1, -1e16];
  const sums = await together(3, async (group) => {
    await new Promise((resolve) => setTimeout(resolve, 20 * (2 - group.rank)));
    const values = Float64Array.of(mine[group.rank] ?? NaN);
    await group.allReduce(values);
    return values[0];
  });
  assertEquals(sums, new Array(3).fill(0)); // (1e16 + 1) - 1e16
});

Deno.test("whoever is no rank of the run is turned away and keeps nobody out", async () => {
  const listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const served = serveRanks(listener, 2);
  const silent = await Deno.connect({ hostname, port });
  for (const hello of [encodeHello(2, 2), encodeHello(0, 3), new Uint8Array(16)]) {
    const stranger = await Deno.connect({ hostname, port });
    await stranger.write(hello);
    assertEquals(await receiveFrame(stranger), undefined);
    stranger.close();
  }
  const groups = await Promise.all([0, 1].map((rank) => joinSocketGroup({ hostname, port, rank, size: 2 })));
  await Promise.all(groups.map((group) => group.barrier()));
  for (const group of groups) group.leave();
  await served;
  silent.close();
});

Deno.test("a rank whose partner is gone says so, and so does one whose partner does not answer", async () => {
  const listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const served = serveRanks(listener, 2);
  const [first, second] = await Promise.all(
    [0, 1].map((rank) => joinSocketGroup({ hostname, port, rank, size: 2, timeout: 100 })),
  );
  const none = new Float64Array();
  await assertRejects(async () => await first?.allReduce(none), RanksError, "rank 0 waits in sum for 0.1 seconds");
  second?.leave();
  await served;
  await assertRejects(async () => await first?.barrier(), RanksError, "rank 0 was left alone in barrier");
  first?.leave();
});

Deno.test("a rank that finds nobody says where it looked", async () => {
  const listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  await assertRejects(
    () => joinSocketGroup({ hostname, port, rank: 1, size: 2, timeout: 100 }),
    RanksError,
    `rank 1 found no other rank at 127.0.0.1:${port} for 0.1 seconds`,
  );
});

Deno.test("frames come out as they went in", () => {
  const frames = [new Uint8Array(), Uint8Array.of(1, 2, 3), new Uint8Array(70_000).fill(7)];
  assertEquals(decodeFrames(encodeFrames(frames)), frames);
});

Deno.test("the variables of torchrun name the rank and where to meet, beside its own store", () => {
  const torchrun: Record<string, string> = {
    RANK: "5",
    WORLD_SIZE: "8",
    LOCAL_RANK: "1",
    LOCAL_WORLD_SIZE: "4",
    MASTER_ADDR: "node-0",
    MASTER_PORT: "29500",
    TORCHELASTIC_RUN_ID: "none",
  };
  const place = { rank: 5, size: 8, localRank: 1, localSize: 4, hostname: "node-0" };
  assertEquals(torchRanks((name) => torchrun[name]), { ...place, port: 29501, isServed: false });
  const { TORCHELASTIC_RUN_ID: _, ...plain } = torchrun;
  assertEquals(torchRanks((name) => plain[name]), { ...place, port: 29500, isServed: false });
  const own = torchEnvironment(1, 2, 40_000);
  const expected = { rank: 1, size: 2, localRank: 1, localSize: 2, hostname, port: 40_000, isServed: true };
  assertEquals(torchRanks((name) => own[name]), expected);
  assertEquals(torchRanks(() => undefined), undefined);
  assertEquals(torchRanks((name) => name === "WORLD_SIZE" ? "1" : own[name]), undefined);
});

Deno.test("variables that do not say where the others are end in one line that names the one at fault", () => {
  const whole = torchEnvironment(1, 2, 40_000);
  const faults: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
    "RANK must be a whole number from 0 to 1: current value is 2": { RANK: "2" },
    "RANK must be a whole number from 0 to 1: current value is x": { RANK: "x" },
    "WORLD_SIZE must be a whole number from 1 to 1048576: current value is two": { WORLD_SIZE: "two" },
    "MASTER_PORT must be a whole number from 1 to 65535: current value is 99999": { MASTER_PORT: "99999" },
    "MASTER_ADDR must name the machine of rank 0: it is not set": { MASTER_ADDR: undefined },
    "LOCAL_RANK must be a whole number from 0 to 1: current value is -1": { LOCAL_RANK: "-1" },
  };
  for (const [message, change] of Object.entries(faults)) {
    const variables: Readonly<Record<string, string | undefined>> = { ...whole, ...change };
    assertThrows(() => torchRanks((name) => variables[name]), RanksError, message);
  }
  assertEquals(torchRanks((name) => name === "WORLD_SIZE" ? "2" : undefined), undefined);
});
