/** Waits for SIGINT, and where there is one for SIGTERM. */
export function interrupted(): Promise<void> {
  const names: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  return new Promise((resolve) => {
    for (const name of names) Deno.addSignalListener(name, resolve);
  });
}
