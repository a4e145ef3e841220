import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { LAUNCH_VARIABLES } from "@beyond24/mpi";
import { installedLaunchers } from "@beyond24/mpi/testing";

/** What comes of joining where a launcher has set these variables; native libraries are not permitted. */
async function join(env: Record<string, string>, permissions: readonly string[] = []): Promise<string> {
  const script = `const { joinRanks } = await import("${import.meta.resolve("./join_ranks.ts")}");
    console.log(await joinRanks().then(({ size }) => size, (error) => error.name + ": " + error.message));`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, script);
    const args = [
      "run",
      "--no-prompt",
      "--allow-read",
      `--allow-env=${LAUNCH_VARIABLES.join(",")}`,
      "--cached-only",
      ...permissions,
    ];
    const config = ["--config", new URL(import.meta.resolve("../../../deno.json")).pathname];
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: [...args, ...config, file], env })
      .output();
    return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("without native libraries the processes of mpirun do not train side by side", async () => {
  const said = await join({ PMI_RANK: "1", PMI_SIZE: "2" });
  assertStringIncludes(said, "UsageError: Cannot train in 2 processes as MPICH is a native library");
  assertStringIncludes(said, "use mpirun with deno task train:native");
});

Deno.test("without native libraries a batch script of Slurm trains in one process", async () => {
  assertEquals(await join({ SLURM_PROCID: "0", SLURM_NTASKS: "2" }), "1");
});

Deno.test("without native libraries the processes of srun do not train side by side", async () => {
  const said = await join({ SLURM_PROCID: "0", SLURM_STEP_NUM_TASKS: "2" });
  assertStringIncludes(said, "UsageError: Cannot train in 2 processes as MPI is a native library");
});

for (const { command } of installedLaunchers) {
  const isOpen = command.includes("openmpi");
  const names = isOpen ? ["OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"] : ["PMI_RANK", "PMI_SIZE"];
  Deno.test(`processes that ${isOpen ? "Open MPI" : "MPICH"} did not start do not train side by side`, async () => {
    const [rank = "", size = ""] = names;
    const said = await join({ [rank]: "1", [size]: "2" }, ["--allow-ffi"]);
    assertMatch(said, /^UsageError: Cannot train in 2 processes as .*(Open MPI|MPICH).* knows of 1: start them with/m);
  });
}
