import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { launchedRanks, MpiError, openMpiWorld } from "./mod.ts";
import { installedLaunchers, startRanks } from "./testing/mod.ts";

const rankProgram = (name: string) => [
  Deno.execPath(),
  "run",
  "--quiet",
  "--allow-ffi",
  "--allow-env",
  "--allow-read",
  fromFileUrl(new URL(`testing/${name}`, import.meta.url)),
];

for (const launcher of installedLaunchers) {
  for (const size of [2, 3]) {
    Deno.test(`${launcher.command}: ${size} processes keep the contract of collectives`, async () => {
      const { code, stdout, stderr } = await startRanks(launcher, size, rankProgram("contract_rank_testing.ts"));
      assertEquals(code, 0, stderr);
      const lines = stdout.trim().split("\n").toSorted();
      assertEquals(lines, Array.from({ length: size }, (_, rank) => `rank ${rank} of ${size}: 10 passed`));
    });
  }

  Deno.test(`${launcher.command}: a rank that waits in vain says so and ends the others`, async () => {
    const { code, stdout, stderr } = await startRanks(launcher, 2, rankProgram("silent_rank_testing.ts"));
    assert(code !== 0, "the run has to fail");
    assertMatch(stdout + stderr, /rank 0 waits in allReduce for 1 seconds/);
  });
}

Deno.test("a library that is none of MPI is refused", () => {
  for (const path of ["/nowhere/libmpi.so", "libc.so.6"]) {
    assertThrows(() => openMpiWorld({ path }), MpiError, `tried ${path}`);
  }
});

Deno.test("a process of its own was not launched with others", () => {
  assertEquals(launchedRanks(() => undefined), undefined);
  const alone = new Map([["PMI_RANK", "0"], ["PMI_SIZE", "1"]]);
  assertEquals(launchedRanks((name) => alone.get(name)), undefined);
  const slurm = new Map([["SLURM_PROCID", "5"], ["SLURM_STEP_NUM_TASKS", "8"], ["SLURM_LOCALID", "1"]]);
  assertEquals(launchedRanks((name) => slurm.get(name)), {
    rank: 5,
    size: 8,
    localRank: 1,
    localSize: 1,
  });
  const batch = new Map([["SLURM_PROCID", "0"], ["SLURM_NTASKS", "8"], ["SLURM_LOCALID", "0"]]);
  assertEquals(launchedRanks((name) => batch.get(name)), undefined);
});
