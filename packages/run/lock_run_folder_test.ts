import { assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { withFolder } from "./_testing.ts";
import { UsageError } from "./usage_error.ts";
import { lockRunFolder } from "./lock_run_folder.ts";

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

Deno.test("a folder belongs to one process until it ends, also by SIGKILL", () =>
  withFolder(async (folder) => {
    const holder = await startHolder(folder);
    await assertRejects(() => lockRunFolder(folder), UsageError, `process ${holder.pid} trains into it: wait for it`);
    holder.kill("SIGKILL");
    await holder.status;
    (await lockRunFolder(folder))[Symbol.dispose]();
  }));

Deno.test("lockRunFolder names a folder that cannot be written", async () => {
  await assertRejects(() => lockRunFolder("no/such/folder"), UsageError, "Cannot train into no/such/folder");
});
