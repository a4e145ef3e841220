// Training in several processes on stand-ins of the CUDA driver and of NCCL, whose kernels do nothing: how it is
// started, and how it ends.
import { buildStubs, canBuildStubs } from "../../cuda/testing/build_stubs.ts";
import { installedLaunchers, startRanks } from "@beyond24/mpi/testing";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const main = fromFileUrl(new URL("../main.ts", import.meta.url));
const text = "Sing, O goddess, the anger of Achilles son of Peleus. ".repeat(200);
const micro = [
  ...["--data", "text.txt", "--set", "model.layers=1", "train.checkpointEvery=1000", "optimizer.warmupSteps=1"],
];

/** A folder with a text and the stand-ins, and how to train in it. */
async function workplace() {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(join(folder, "text.txt"), text);
  const environment = await buildStubs(folder);
  const program = (task: string, words: readonly string[]) => ["run", `-P=${task}`, "--quiet", main, "train", ...words];
  const start = (task: string, words: readonly string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: program(task, words),
      cwd: folder,
      env: environment,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  return { folder, environment, program, start, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

async function outcome(child: Deno.ChildProcess): Promise<{ code: number; out: string; error: string }> {
  const { code, stdout, stderr } = await child.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const error = decode(stderr).split("\n").filter((line) => !line.includes("Permissions in the config file"));
  return { code, out: decode(stdout), error: error.join("\n") };
}

async function waitForSteps(run: string, steps: number): Promise<void> {
  for (;;) {
    const metrics = await Deno.readTextFile(join(run, "metrics.jsonl")).catch(() => "");
    if (metrics.split("\n").length > steps) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Process ids of the ranks of a parent. */
async function ranksOf({ pid }: Deno.ChildProcess): Promise<number[]> {
  // Deno itself lets nobody read there.
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/task/${pid}/children`] }).output();
  return new TextDecoder().decode(stdout).trim().split(" ").map(Number);
}

const ignore = !canBuildStubs || Deno.build.os !== "linux";
const endless = ["--set", "train.steps=1000000", "recipe=dense:1000000"];

Deno.test({
  name: "--gpus 2 trains in two processes, of which rank 0 is heard",
  ignore,
  fn: async () => {
    await using place = await workplace();
    const words = [...micro, "--set", "train.steps=4", "recipe=dense:4", "--gpus", "2", "--out", "run"];
    const { code, out, error } = await outcome(place.start("train:gpus", words));
    assertEquals(code, 0, error);
    assertEquals(out.match(/^Done: /gm)?.length, 1, out);
    assertEquals(out.match(/^device {2}2 processes \(NCCL 2\.27\.3\), each stub/gm)?.length, 1, out);
    const { steps, starts } = JSON.parse(await Deno.readTextFile(join(place.folder, "run", "summary.json")));
    assertEquals([steps, starts.length], [4, 1]);
  },
});

Deno.test({
  name: "a rank that is killed ends the run with one line, and a signal stops it with a checkpoint",
  ignore,
  fn: async () => {
    await using place = await workplace();
    const [run, next] = [join(place.folder, "run"), join(place.folder, "next")];
    const begun = place.start("train:gpus", [...micro, ...endless, "--gpus", "2", "--out", run]);
    await waitForSteps(run, 3);
    const [, second = 0] = await ranksOf(begun);
    Deno.kill(second, "SIGKILL");
    const killed = await outcome(begun);
    assertEquals(killed.code, 7, killed.error);
    assertEquals(killed.error.match(/^error: .*/gm), ["error: Cannot go on as rank 1 was ended by SIGKILL"]);

    const again = place.start("train:gpus", [...micro, ...endless, "--gpus=2", "--out", next]);
    await waitForSteps(next, 3);
    again.kill("SIGTERM");
    const stopped = await outcome(again);
    assertEquals(stopped.code, 130, stopped.error);
    assertStringIncludes(stopped.out, "Stopped, go on with --resume");
    assertEquals(stopped.error.includes("error:"), false, stopped.error);
    const { steps } = JSON.parse(await Deno.readTextFile(join(next, "summary.json")));
    const saved = [...Deno.readDirSync(join(next, "checkpoints"))].map(({ name }) => name);
    assertEquals(saved, [`step-${`${steps}`.padStart(8, "0")}`]);
  },
});

Deno.test({
  name: "--gpus that cannot be had is refused in one line",
  ignore,
  fn: async () => {
    await using place = await workplace();
    const cases: readonly [task: string, words: readonly string[], code: number, message: RegExp][] = [
      [
        "train:native",
        ["--gpus", "2"],
        2,
        /Cannot start 2 processes as that is not permitted: use deno task train:gpus/,
      ],
      ["train:gpus", ["--gpus", "4"], 2, /Cannot train on 4 GPUs as there are 2: use --gpus 2, or less/],
      ["train:gpus", ["--gpus", "3"], 2, /Cannot share a batch of 4 sequences between 3 processes/],
      ["train:gpus", ["--gpus", "2", "--device", "cpu"], 2, /they are of NVIDIA: current value of --device is cpu/],
    ];
    for (const [task, words, expected, message] of cases) {
      const { code, error } = await outcome(place.start(task, [...micro, "--out", "run", ...words]));
      assertEquals(code, expected, error);
      assertMatch(error, message);
    }
    await Deno.remove(join(place.folder, "libnccl.so.2"));
    const { code, error } = await outcome(place.start("train:gpus", [...micro, "--out", "run", "--gpus", "2"]));
    assertEquals(code, 6, error);
    assertEquals(error.match(/^error: .*/gm)?.length, 1, error);
    assertMatch(error, /NCCL is not there: libnccl\.so\.2 .*pip install nvidia-nccl-cu13/);
  },
});

Deno.test({
  name: "ranks of mpiexec and of torchrun train on a GPU each, and --gpus has nothing to add",
  ignore: ignore || installedLaunchers.length === 0,
  fn: async () => {
    await using place = await workplace();
    const [launcher] = installedLaunchers;
    if (launcher === undefined) throw new Error("The test needs mpiexec");
    const variables = () => Object.entries(place.environment).map(([name, value]) => `${name}=${value}`);
    const words = [...micro, "--set", "train.steps=2", "recipe=dense:2", "--device", "cuda"];
    const mpi = (more: readonly string[]) =>
      startRanks(
        launcher,
        2,
        ["env", ...variables(), Deno.execPath(), ...place.program("train:native", [...words, ...more])],
        place.folder,
      );
    const { code, stderr } = await mpi(["--out", "mpi"]);
    assertEquals(code, 0, stderr);
    const refused = await mpi(["--out", "more", "--gpus", "4"]);
    assert(refused.code !== 0);
    assertStringIncludes(refused.stderr, "Cannot start 4 processes as a launcher has started 2: leave --gpus out");

    place.environment["STUB_GPUS"] = "1";
    const shared = await mpi(["--out", "shared"]);
    delete place.environment["STUB_GPUS"];
    assert(shared.code !== 0);
    assertStringIncludes(shared.stderr, "every rank needs a GPU of its own: ranks 0 and 1 have the same one");
    assertEquals([...Deno.readDirSync(place.folder)].some(({ name }) => name === "shared"), false, "nothing is left");

    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    const torchrun = (rank: number) =>
      new Deno.Command(Deno.execPath(), {
        args: place.program("train:gpus", [...words, "--out", "torch"]),
        cwd: place.folder,
        env: {
          ...place.environment,
          ...{ RANK: `${rank}`, LOCAL_RANK: `${rank}`, WORLD_SIZE: "2", LOCAL_WORLD_SIZE: "2" },
          ...{ MASTER_ADDR: "127.0.0.1", MASTER_PORT: `${port}` },
        },
      }).output();
    const results = await Promise.all([0, 1].map(torchrun));
    const errors = results.map((result) => new TextDecoder().decode(result.stderr)).join("\n");
    assertEquals(results.map((result) => result.code), [0, 0], errors);
  },
});

Deno.test("a process that is told no place among others ends with one line", async () => {
  for (const variables of [{ RANK: "2", WORLD_SIZE: "2" }, { RANK: "0", WORLD_SIZE: "2" }]) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-P=train:gpus", "--quiet", main, "train", "--preset", "tiny"],
      env: variables,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const { code, out, error } = await outcome(child);
    assertEquals([code, out], [7, ""], error);
    assertMatch(error, /^error: Cannot find the other processes as (RANK|MASTER_ADDR) must [^\n]*\n$/);
  }
});
