import { cpus } from "node:os";

/** Processor and number of cores, for the head of a table. Without permission to ask, what the runtime tells. */
export function machineName(): string {
  const cores = `${navigator.hardwareConcurrency} cores`;
  try {
    const model = cpus()[0]?.model.trim();
    if (model) return `${model}, ${cores}, ${Deno.build.os}`;
  } catch {
    // Not allowed.
  }
  return `${Deno.build.arch}, ${cores}, ${Deno.build.os}`;
}
