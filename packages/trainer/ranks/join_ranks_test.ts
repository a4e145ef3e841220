import { assertEquals, assertStringIncludes } from "@std/assert";
import { LAUNCH_VARIABLES } from "@beyond24/mpi";

/** What comes of joining where a launcher has set these variables, without permission for native libraries. */
async function join(env: Record<string, string>): Promise<string> {
  const script = `const { joinRanks } = await import("${import.meta.resolve("./join_ranks.ts")}");
    console.log(await joinRanks().then(({ size }) => size, (error) => error.name + ": " + error.message));`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, script);
    const args = ["run", "--no-prompt", "--allow-read", `--allow-env=${LAUNCH_VARIABLES.join(",")}`, "--cached-only"];
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
