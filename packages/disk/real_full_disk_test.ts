import { fromFileUrl, join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { withFolder } from "./_testing.ts";

const size = 65_536;

/** What gives a program a file system of its own; a user may not do so everywhere. */
const unshare = ["--user", "--map-root-user", "--mount", "sh", "-c"];

function mayMount(): boolean {
  try {
    return new Deno.Command("unshare", { args: [...unshare, "mount -t tmpfs none /mnt"], stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** Runs a program with a file system of its own that is full after 64 KiB. */
async function onTinyDisk(folder: string, program: string): Promise<string> {
  const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
  const file = join(folder, "program.ts");
  await Deno.writeTextFile(file, program);
  const words = `mount -t tmpfs -o size=${size} none ${folder}/disk && exec ${Deno.execPath()} run --quiet --no-lock ` +
    `--config ${config} --allow-read --allow-write ${file}`;
  await Deno.mkdir(join(folder, "disk"));
  const { success, stdout, stderr } = await new Deno.Command("unshare", { args: [...unshare, words] }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test({
  name: "a real disk that is full is an error with the file's name, and what was there stays",
  ignore: Deno.build.os !== "linux" || !mayMount(),
  fn: () =>
    withFolder(async (folder) => {
      const disk = join(folder, "disk");
      const written = await onTinyDisk(
        folder,
        `import { durableFileSystem, openFileLog, replaceFile } from "@beyond24/disk";
        const disk = durableFileSystem();
        const text = (path) => Deno.readTextFile(path).then(({ length }) => length);
        await replaceFile("${disk}/file", "x".repeat(20_000), disk);
        const log = await openFileLog("${disk}/log", 0, disk);
        await log.append(new Uint8Array(20_000));
        const errors = [];
        await replaceFile("${disk}/file", "y".repeat(50_000), disk).catch((error) => errors.push(error.message));
        await log.append(new Uint8Array(50_000)).catch((error) => errors.push(error.message));
        const names = [...Deno.readDirSync("${disk}")].map(({ name }) => name).sort();
        console.log(JSON.stringify({ errors, names, file: await text("${disk}/file"), first: (await Deno.readTextFile("${disk}/file"))[0] }));`,
      );
      const { errors, names, file, first } = JSON.parse(written);
      assertEquals([names, file, first, errors.length], [["file", "log"], 20_000, "x", 2]);
      for (const error of errors) {
        assert(error.startsWith(`Cannot write ${disk}/`) && error.includes("the disk is full"), error);
      }
    }),
});
