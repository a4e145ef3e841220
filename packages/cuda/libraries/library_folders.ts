/**
 * Folders in which NVIDIA's libraries may lie, the most specific first: `BEYOND24_CUDA_PATH` (folders joined by
 * colons), `LD_LIBRARY_PATH`, the toolkit, the wheels of every Python on PATH, the system's own. Without the permission
 * to read environment or files, fewer are found.
 */
export function libraryFolders(): string[] {
  const own = split(variable("BEYOND24_CUDA_PATH")).flatMap((folder) => [folder, `${folder}/lib64`, `${folder}/lib`]);
  const toolkits = [variable("CUDA_PATH"), variable("CUDA_HOME"), "/usr/local/cuda"].filter((folder) => folder !== "");
  return [
    ...own,
    ...split(variable("LD_LIBRARY_PATH")),
    ...toolkits.flatMap((folder) => [`${folder}/lib64`, `${folder}/targets/x86_64-linux/lib`]),
    ...wheelFolders(),
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib64",
  ];
}

/** First existing file of the names in the folders, names in order of preference inside a folder. */
export function findLibrary(folders: readonly string[], names: readonly string[]): string | undefined {
  for (const folder of folders) {
    for (const name of names) if (isFile(`${folder}/${name}`)) return `${folder}/${name}`;
  }
  return undefined;
}

/** `lib/python3*\/site-packages/nvidia/*\/lib` beside every `bin` of PATH and of the virtual environment. */
function wheelFolders(): string[] {
  const roots = new Set<string>();
  if (variable("VIRTUAL_ENV") !== "") roots.add(variable("VIRTUAL_ENV"));
  for (const folder of split(variable("PATH"))) if (folder.endsWith("/bin")) roots.add(folder.slice(0, -4));
  return [...roots].flatMap((root) =>
    list(`${root}/lib`).filter((name) => name.startsWith("python3")).flatMap((python) => {
      const wheels = `${root}/lib/${python}/site-packages/nvidia`;
      return list(wheels).map((wheel) => `${wheels}/${wheel}/lib`);
    })
  );
}

function split(paths: string): string[] {
  return paths.split(":").filter((path) => path !== "");
}

function variable(name: string): string {
  if (Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return "";
  return Deno.env.get(name) ?? "";
}

function list(folder: string): string[] {
  try {
    if (Deno.permissions.querySync({ name: "read", path: folder }).state !== "granted") return [];
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.permissions.querySync({ name: "read", path }).state === "granted" && Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
