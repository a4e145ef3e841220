/**
 * The kernel contract on this machine's WebGPU adapter, without a test runner: activations in f32, in f16 where the
 * adapter has it, and every tile of the table. Ends with code 1 when a case fails.
 *
 *     deno run bench/webgpu/contract.ts [--seconds=75]
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command prints
import { DeviceUnavailableError } from "@beyond24/device";
import { runKernelContract } from "@beyond24/device/contract";
import { createWebGpuDevice, fittingTiles, hardwareTiles, type WebGpuDeviceOptions } from "@beyond24/webgpu";
import { openDevice, option } from "./_open.ts";

/** How the cases of one configuration went. */
export interface ContractResult {
  readonly name: string;
  readonly passed: number;
  /** Name and message of each. */
  readonly failed: readonly string[];
  /** Cases for which there was no time. */
  readonly left: number;
  /** Why the configuration cannot run here. */
  readonly skipped?: string;
}

async function check(
  name: string,
  options: WebGpuDeviceOptions,
  until: number,
  isNeeded = /./,
): Promise<ContractResult> {
  const cases: { title: string; run: () => Promise<void> }[] = [];
  const createDevice = () => createWebGpuDevice(options);
  const test = (title: string, run: () => Promise<void>) => isNeeded.test(title) && cases.push({ title, run });
  runKernelContract({ name, createDevice, test });
  try {
    (await createDevice()).dispose();
  } catch (error) {
    if (!(error instanceof DeviceUnavailableError)) throw error;
    return { name, passed: 0, failed: [], left: cases.length, skipped: error.message };
  }
  const failed: string[] = [];
  let done = 0;
  for (const { title, run } of cases) {
    if (performance.now() > until) break;
    await run().catch((error) => failed.push(`${title}: ${error instanceof Error ? error.message : error}`));
    done++;
  }
  return { name, passed: done - failed.length, failed, left: cases.length - done };
}

/** Runs as many cases as `seconds` allow, the default configurations first. */
export async function checkContract(seconds: number): Promise<ContractResult[]> {
  const until = performance.now() + 1000 * seconds;
  const device = await openDevice();
  const { limits } = device;
  device.dispose();
  const { matmul: products, attention } = fittingTiles(limits);
  const results = [await check("f32", { dtype: "f32" }, until), await check("f16", { dtype: "f16" }, until)];
  for (const name of products) {
    const tiles = { ...hardwareTiles, matmul: name, groupedMatmul: name, leastWorkgroups: 0 };
    results.push(
      await check(
        name,
        { tiles },
        until,
        / (matmul|grouped\w+): .*(64, 64|packed|into f32|uneven segments|last bit)|of a product/,
      ),
    );
  }
  for (const name of attention) {
    results.push(await check(name, { tiles: { ...hardwareTiles, attention: name } }, until, / attention\w*: /));
  }
  return results;
}

/** Results as a Markdown table, failures below it. */
export function contractTable(results: readonly ContractResult[]): string {
  return [
    "| contract with | passed | failed | not run |",
    "| --- | ---: | ---: | --- |",
    ...results.map(({ name, passed, failed, left, skipped }) =>
      `| ${name} | ${passed} | ${failed.length} | ${left === 0 ? 0 : `${left}: ${skipped ?? "no time"}`} |`
    ),
    ...results.flatMap(({ failed }) => failed.map((line) => `\nFAILED ${line}`)),
  ].join("\n");
}

if (import.meta.main) {
  const results = await checkContract(Number(option("seconds") ?? 75));
  console.log(contractTable(results));
  Deno.exit(results.some(({ failed }) => failed.length > 0) ? 1 : 0);
}
