import { assert, assertEquals } from "@std/assert";
import { hardwareTiles, softwareTiles, type WebGpuDeviceOptions } from "@beyond24/webgpu";
import type { Page } from "playwright-core";
import { bundleScript } from "../bundle_script.ts";
import { browserTest, withPage } from "./_browser.ts";
import type { ContractOutcome, runContract } from "./contract_page.ts";

/** WebGPU is there for pages of a trusted origin only; nothing listens at this one, as requests are answered here. */
const ORIGIN = "http://localhost:8024";

async function openContractPage(page: Page): Promise<void> {
  const script = await bundleScript(new URL("./contract_page.ts", import.meta.url));
  await page.route("**/*", (route) => {
    const isScript = new URL(route.request().url()).pathname === "/contract.js";
    if (isScript) return route.fulfill({ body: script, contentType: "text/javascript" });
    return route.fulfill({ body: `<link rel="icon" href="data:,">`, contentType: "text/html" });
  });
  await page.goto(ORIGIN);
  await page.addScriptTag({ url: "/contract.js", type: "module" });
}

function runInPage(page: Page, options: WebGpuDeviceOptions, isNeeded: string): Promise<ContractOutcome> {
  return page.evaluate(([options, isNeeded]) => {
    const { runContract: run } = globalThis as unknown as { runContract: typeof runContract };
    return run(options, isNeeded);
  }, [options, isNeeded] as const);
}

browserTest("the kernel contract holds in Chromium: everything, and the products with tiles for GPUs", async () => {
  await withPage({ webGpu: true }, async (page) => {
    await openContractPage(page);
    // SwiftShader compiles the attention of software adapters for half a minute.
    const all = await runInPage(page, { tiles: { ...softwareTiles, attention: hardwareTiles.attention } }, ".");
    assertEquals(all.failed, []);
    assert(all.passed > 300, `only ${all.passed} cases on ${all.device}`);
    const tiled = await runInPage(
      page,
      { tiles: hardwareTiles },
      "(matmul|grouped\\w+): .*(64, 64|packed|into f32|last bit)",
    );
    assertEquals(tiled.failed, []);
    assert(tiled.passed > 30, `only ${tiled.passed} cases with tiles for GPUs`);
  });
});
