import { DiskError } from "@beyond24/disk";
import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { withFolder } from "./_testing.ts";
import { lockRunFolder } from "./lock_run_folder.ts";
import { UsageError } from "./usage_error.ts";

const module = new URL("./lock_run_folder.ts", import.meta.url).href;

/** Starts a process that takes a folder and holds it until it is killed. */
async function startHolder(folder: string): Promise<Deno.ChildProcess> {
  const code = `import { lockRunFolder } from "${module}";
    const lock = await lockRunFolder(${JSON.stringify(folder)});
    console.log("held");
    await new Promise((resolve) => setTimeout(resolve, 1e6));
    lock[Symbol.dispose]();`;
  const args = ["eval", "--quiet", "--config", fromFileUrl(new URL("../../deno.json", import.meta.url)), code];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "null" }).spawn();
  await child.stdout.getReader().read();
  return child;
}

Deno.test("a folder belongs to one process until it ends, also by SIGKILL, also when its lock file is removed", () =>
  withFolder(async (folder) => {
    const holder = await startHolder(folder);
    await assertRejects(() => lockRunFolder(folder), UsageError, `process ${holder.pid} trains into it: wait for it`);
    await Deno.remove(join(folder, ".lock"));
    await assertRejects(() => lockRunFolder(folder), UsageError, "another process trains into it");
    holder.kill("SIGKILL");
    await holder.status;
    (await lockRunFolder(folder))[Symbol.dispose]();
    (await lockRunFolder(folder))[Symbol.dispose]();
  }));

Deno.test("lockRunFolder follows no link and empties nothing", () =>
  withFolder(async (folder) => {
    const precious = join(folder, "precious");
    await Deno.writeTextFile(precious, "mine");
    for (const target of [precious, join(folder, "nothing")]) {
      await Deno.symlink(target, join(folder, ".lock"));
      await assertRejects(() => lockRunFolder(folder), DiskError, `${folder}/.lock as the system refuses it: current`);
      await Deno.remove(join(folder, ".lock"));
    }
    assertEquals([await Deno.readTextFile(precious), [...Deno.readDirSync(folder)].length], ["mine", 1]);
    await Deno.mkdir(join(folder, ".lock"));
    await assertRejects(() => lockRunFolder(folder), DiskError, ".lock as the system refuses it");
    await Deno.remove(join(folder, ".lock"));
    // What was tried in vain holds nothing.
    (await lockRunFolder(folder))[Symbol.dispose]();
  }));

Deno.test("lockRunFolder names a folder that cannot be written", async () => {
  await assertRejects(() => lockRunFolder("no/such/folder"), DiskError, "Cannot lock no/such/folder/.lock");
});
