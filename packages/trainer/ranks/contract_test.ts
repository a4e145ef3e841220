// The contract of collectives through NCCL in several processes, on stand-ins of the CUDA driver and of NCCL (two GPUs
// and more are rare): device memory is memory of the host, and ranks meet in a file.
import { buildStubs, canBuildStubs } from "../../cuda/testing/build_stubs.ts";
import { installedLaunchers, startRanks } from "@beyond24/mpi/testing";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { withFolder } from "../_testing.ts";

const program = (name: string) => [
  "run",
  "--quiet",
  "--no-prompt",
  "--allow-all",
  fromFileUrl(new URL(name, import.meta.url)),
];

/** Runs the contract with stand-ins, started as `train --gpus` starts ranks. */
async function runContract(size: number, environment: (folder: string) => Promise<Record<string, string>>) {
  let result = { code: -1, stderr: "", lines: [] as string[] };
  await withFolder(async (folder) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...program("run_contract_testing.ts"), `${size}`],
      env: { ...await environment(folder), RESULTS: folder },
    }).output();
    const lines: string[] = [];
    for (let rank = 0; rank < size; rank++) {
      lines.push(await Deno.readTextFile(`${folder}/rank ${rank}.txt`).catch(() => ""));
    }
    result = { code, stderr: new TextDecoder().decode(stderr), lines };
  });
  return result;
}

const passed = (size: number) =>
  Array.from({ length: size }, (_, rank) => `rank ${rank} of ${size}: 10 passed, NCCL 2.27.3\n`);

for (const [size, age] of [[2, "new"], [3, "new"], [2, "old"]] as const) {
  Deno.test({
    name: `${size} GPUs keep the contract of collectives through ${age === "new" ? "NCCL" : "NCCL before 2.23"}`,
    ignore: !canBuildStubs,
    fn: async () => {
      const { code, stderr, lines } = await runContract(size, async (folder) => ({
        ...await buildStubs(folder, age),
        STUB_GPUS: `${size}`,
      }));
      assertEquals({ code, lines }, { code: 0, lines: passed(size) }, stderr);
    },
  });
}

Deno.test({
  name: "GPUs keep the contract of collectives when mpiexec starts the ranks",
  ignore: !canBuildStubs || installedLaunchers.length === 0,
  fn: () =>
    withFolder(async (folder) => {
      const [launcher] = installedLaunchers;
      if (launcher === undefined) throw new Error("The test needs mpiexec");
      const variables = Object.entries(await buildStubs(folder)).map(([name, value]) => `${name}=${value}`);
      const ranks = ["env", ...variables, Deno.execPath(), ...program("contract_rank_testing.ts")];
      const { code, stdout, stderr } = await startRanks(launcher, 2, ranks);
      assertEquals(code, 0, stderr);
      assertEquals(stdout.trim().split("\n").toSorted(), passed(2).map((line) => line.trim()));
    }),
});

Deno.test({
  name: "a rank that is left alone on the GPU says so in time, and frees everything",
  ignore: !canBuildStubs,
  fn: () =>
    withFolder(async (folder) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [...program("run_contract_testing.ts"), "2", "hang_rank_testing.ts"],
        env: { ...await buildStubs(folder), STUB_PATIENCE: "500" },
      }).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      const { waited, message } = JSON.parse(new TextDecoder().decode(stdout));
      assert(waited >= 1500, `${waited}`);
      assertMatch(message, /another rank does not answer: rank 0 waits in allReduce for 1.5 seconds/);
    }),
});

Deno.test({
  name: "two ranks on one GPU are refused, and so is a machine without NCCL",
  ignore: !canBuildStubs,
  fn: async () => {
    const shared = await runContract(2, async (folder) => ({ ...await buildStubs(folder), STUB_GPUS: "1" }));
    assertEquals(shared.code, 1);
    assertMatch(shared.stderr, /every rank needs a GPU of its own: ranks 0 and 1 have the same one/);
    const missing = await runContract(2, async (folder) => {
      const environment = await buildStubs(folder);
      await Deno.remove(`${folder}/libnccl.so.2`);
      return environment;
    });
    assertEquals(missing.code, 1);
    assertMatch(missing.stderr, /NCCL is not there: libnccl\.so\.2 was looked for in .*pip install nvidia-nccl-cu13/);
  },
});
