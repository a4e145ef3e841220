/** Processor and number of cores, for the head of a table. Without permission to read, what the runtime tells. */
export function machineName(): string {
  const cores = `${navigator.hardwareConcurrency} cores`;
  try {
    const [, model] = Deno.readTextFileSync("/proc/cpuinfo").match(/model name\s*:\s*(.*)/) ?? [];
    if (model) return `${model}, ${cores}, ${Deno.build.os}`;
  } catch {
    // Another system, or not allowed.
  }
  return `${Deno.build.arch}, ${cores}, ${Deno.build.os}`;
}
