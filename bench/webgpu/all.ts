/**
 * Everything about the WebGPU device on one adapter, as Markdown and JSON: the contract, the feed-forward network, the
 * square product against its peers, the host time of a step. A part that fails is told and the others go on.
 *
 *     deno run --allow-all --no-lock bench/webgpu/all.ts [contract] [matmul] [ffn] [host] [--rounds=7] [--seconds=75]
 *         [--tiles=FILE] [--json=FILE]
 *
 * It needs no network once the peers lie in Deno's cache (`DENO_DIR`), which any run with a network puts there.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command prints
import { machineName } from "../harness/machine_name.ts";
import { table } from "../harness/table.ts";
import { openDevice, option } from "./_open.ts";
import { checkContract, contractTable } from "./contract.ts";
import { compareFeedForward } from "./feed_forward.ts";
import { hostTable, hostTimes } from "./host_time.ts";
import { compareMatmul } from "./matmul.ts";

const rounds = Number(option("rounds") ?? 7);

/** Every part gives data and how it looks. */
const parts: Readonly<Record<string, () => Promise<{ data: unknown; text: string }>>> = {
  ffn: async () => {
    const data = await compareFeedForward(rounds);
    return { data, text: table(data) };
  },
  matmul: async () => {
    const data = await compareMatmul(rounds);
    return { data, text: table(data) };
  },
  host: async () => {
    const data = await hostTimes(3 * rounds);
    return { data, text: hostTable(data) };
  },
  contract: async () => {
    const data = await checkContract(Number(option("seconds") ?? 75));
    return { data, text: contractTable(data) };
  },
};

const device = await openDevice();
const result: Record<string, unknown> = {
  machine: machineName(),
  device: device.description,
  adapter: device.adapter,
  tiles: device.tiles,
  limits: Object.fromEntries(
    (["maxComputeInvocationsPerWorkgroup", "maxComputeWorkgroupStorageSize"] as const).map((
      name,
    ) => [name, device.limits[name]]),
  ),
  date: new Date().toISOString(),
  deno: Deno.version.deno,
  rounds,
};
device.dispose();
console.log(`${result["device"]}\n${result["machine"]}, Deno ${Deno.version.deno}, ${result["date"]}\n`);
const names = Deno.args.filter((argument) => !argument.startsWith("--"));
for (const name of names.length > 0 ? names : Object.keys(parts)) {
  const part = parts[name];
  if (part === undefined) {
    throw new RangeError(`Cannot measure as there are ${Object.keys(parts)}: current value is ${name}`);
  }
  const start = performance.now();
  try {
    const { data, text } = await part();
    result[name] = data;
    console.log(text);
  } catch (error) {
    result[name] = { failed: String(error) };
    console.log(`${name} failed: ${error instanceof Error ? error.stack : error}`);
  }
  console.log(`\n(${name}: ${((performance.now() - start) / 1000).toFixed(0)} s)\n`);
}
const path = option("json");
if (path === undefined) console.log(JSON.stringify(result));
else Deno.writeTextFileSync(path, `${JSON.stringify(result, undefined, 2)}\n`);
// Peers keep the process alive.
Deno.exit();
