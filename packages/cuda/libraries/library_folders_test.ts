import { assert, assertEquals } from "@std/assert";
import { findLibrary, libraryFolders } from "./library_folders.ts";

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the folders of BEYOND24_CUDA_PATH come first, and a library in them is found", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/lib64`);
    await Deno.writeTextFile(`${folder}/lib64/libthing.so.2`, "");
    Deno.env.set("BEYOND24_CUDA_PATH", `${folder}:/nowhere`);
    try {
      const folders = libraryFolders();
      assertEquals(folders.slice(0, 4), [folder, `${folder}/lib64`, `${folder}/lib`, "/nowhere"]);
      assertEquals(findLibrary(folders, ["libthing.so.3", "libthing.so.2"]), `${folder}/lib64/libthing.so.2`);
      assertEquals(findLibrary(folders, ["libnothing.so"]), undefined);
    } finally {
      Deno.env.delete("BEYOND24_CUDA_PATH");
    }
  });
});

Deno.test("the wheels of a virtual environment are looked at", async () => {
  await withFolder(async (folder) => {
    const wheel = `${folder}/lib/python3.12/site-packages/nvidia/cudnn/lib`;
    await Deno.mkdir(wheel, { recursive: true });
    Deno.env.set("VIRTUAL_ENV", folder);
    try {
      assert(libraryFolders().includes(wheel));
    } finally {
      Deno.env.delete("VIRTUAL_ENV");
    }
  });
});
