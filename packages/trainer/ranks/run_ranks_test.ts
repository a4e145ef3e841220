import { assert, assertEquals } from "@std/assert";
import { runRanks } from "./run_ranks.ts";

/** Runs a script in three ranks; what it is told of a failure. */
async function ranksOf(script: string): Promise<{ code: number; lines: string[]; seconds: number }> {
  const lines: string[] = [];
  const start = performance.now();
  const prelude =
    "const rank = Number(Deno.env.get('RANK')); const end = (ms) => new Promise((go) => setTimeout(go, ms));";
  const code = await runRanks(3, { command: Deno.execPath(), args: ["eval", `${prelude} ${script}`] }, (line) => {
    lines.push(line);
  });
  return { code, lines, seconds: (performance.now() - start) / 1000 };
}

/** Joins the others as ranks of a run do, so that they are served to the end. */
const join = `
  const { joinSocketGroup } = await import("${import.meta.resolve("./socket_group.ts")}");
  const { torchRanks } = await import("${import.meta.resolve("./torch_ranks.ts")}");
  const group = await joinSocketGroup(torchRanks((name) => Deno.env.get(name)));
`;

Deno.test("ranks that end well end the run, with the exit code of rank 0", async () => {
  assertEquals((await ranksOf(`${join} await group.barrier(); group.leave();`)).code, 0);
  // Stopped by a signal: nobody is ended while rank 0 still writes.
  const stopped = await ranksOf(`${join} await group.barrier(); if (rank === 0) await end(200); Deno.exit(130);`);
  assertEquals([stopped.code, stopped.lines], [130, []]);
});

Deno.test("a rank that fails ends all, and its last words are heard", async () => {
  const { code, lines, seconds } = await ranksOf(
    `${join} if (rank === 2) { console.error("note\\nerror: no room\\n"); Deno.exit(6); } await end(60_000);`,
  );
  assertEquals([code, lines], [6, ["Cannot go on as rank 2 ended with exit code 6: no room"]]);
  assert(seconds < 20, `${seconds} seconds`);
});

Deno.test("rank 0 has said itself why it failed, also before it met the others", async () => {
  const { code, lines } = await ranksOf("if (rank === 0) Deno.exit(2); await end(60_000);");
  assertEquals([code, lines], [2, []]);
});

Deno.test("a rank that is killed ends all, and a rank that is left alone does not speak for it", async () => {
  for (const victim of [0, 1]) {
    const { code, lines } = await ranksOf(`${join}
      if (rank === ${victim}) { setTimeout(() => Deno.kill(Deno.pid, "SIGKILL"), 50); await end(60_000); }
      await group.barrier();`);
    assertEquals([code, lines], [7, [`Cannot go on as rank ${victim} was ended by SIGKILL`]]);
  }
});

Deno.test({
  name: "a signal that asks to stop reaches all ranks",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const script = `${join} let heard = 0;
      Deno.addSignalListener("SIGTERM", () => heard++);
      await group.barrier();
      if (rank === 0) Deno.kill(Deno.ppid, "SIGTERM");
      while (heard === 0) await end(5);
      const sum = Float64Array.of(heard);
      await group.allReduce(sum);
      Deno.exit(sum[0] === 3 ? 130 : 1);`;
    const { code, lines } = await ranksOf(script);
    assertEquals([code, lines], [130, []]);
  },
});
