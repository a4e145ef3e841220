import { fromFileUrl } from "@std/path";

const source = (name: string) => fromFileUrl(new URL(`stubs/${name}.c`, import.meta.url));

/** Whether there is a C compiler; without one there are no stand-ins of libraries. */
export const canBuildStubs: boolean = (() => {
  try {
    return new Deno.Command("gcc", { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
})();

/**
 * Builds the stand-ins of the CUDA driver and of NCCL.
 *
 * @param folder Where they are written
 * @param age `"old"`: NCCL as it was before 2.23
 * @returns The environment of a process that is to open them
 */
export async function buildStubs(folder: string, age: "new" | "old" = "new"): Promise<Record<string, string>> {
  for (const [library, name] of [["libcuda.so.1", "cuda"], ["libnccl.so.2", "nccl"]] as const) {
    const flags = ["-shared", "-fPIC", "-O1", ...(age === "old" ? ["-DOLD"] : [])];
    const { success, stderr } = await new Deno.Command("gcc", {
      args: [...flags, "-o", `${folder}/${library}`, source(name)],
    }).output();
    if (!success) throw new Error(`Cannot build ${library}: ${new TextDecoder().decode(stderr)}`);
  }
  return { LD_LIBRARY_PATH: folder, BEYOND24_CUDA_PATH: folder };
}
