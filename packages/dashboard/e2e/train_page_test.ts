import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { browserTest, withPage } from "./_browser.ts";
import { withDashboard } from "./_dashboard_process.ts";

/** A software GPU on a busy machine takes its time. */
const patience = { timeout: 240_000 };

async function waitForStep(page: Page, step: number): Promise<void> {
  await page.waitForFunction(
    (least) => Number(document.getElementById("tile-step")?.textContent) >= least,
    step,
    patience,
  );
}

/** The picture of the activations, as its pixels. */
function picture(page: Page): Promise<string> {
  return page.evaluate(() => (document.getElementById("overview") as HTMLCanvasElement).toDataURL());
}

/** First and last loss, as the page tells them to a screen reader. */
async function losses(page: Page): Promise<{ first: number; last: number }> {
  const label = await page.getAttribute("#loss-chart", "aria-label") ?? "";
  const [, first, last] = /: ([\d.]+) at first, ([\d.]+) after/.exec(label) ?? [];
  return { first: Number(first), last: Number(last) };
}

browserTest("the page trains on WebGPU: the loss falls and the picture changes", async () => {
  await withDashboard([], (url) =>
    withPage({ webGpu: true }, async (page) => {
      await page.goto(url);
      await page.waitForSelector("#start:enabled");
      assert(await page.isHidden("#no-webgpu"));
      // The GPU of this test is simulated, so it is not what the page would take.
      assertEquals(await page.inputValue("#device"), "cpu");
      await page.selectOption("#device", "webgpu");
      await page.selectOption("#steps", "100");
      const empty = await picture(page);
      await page.click("#start");
      await waitForStep(page, 1);
      const atFirst = await picture(page);
      assert(atFirst !== empty, "the first step must draw a picture");
      await waitForStep(page, 2);
      const { first, last } = await losses(page);
      // 256 equally likely bytes give ln 256.
      assert(Math.abs(first - Math.log(256)) < 0.3, `first loss ${first}`);
      assert(last < first - 0.2, `loss ${first} to ${last}`);
      assert((await page.textContent("#machine"))?.includes("webgpu"));
      await page.waitForFunction(
        (before) => (document.getElementById("overview") as HTMLCanvasElement).toDataURL() !== before,
        atFirst,
        patience,
      );
    }));
});

browserTest("a browser without WebGPU gets a plain explanation, and trains on the processor if asked", async () => {
  await withDashboard(
    [],
    (url) =>
      withPage({ webGpu: false, before: "delete Navigator.prototype.gpu" }, async (page) => {
        await page.goto(url);
        await page.waitForSelector("#no-webgpu", { state: "visible" });
        assert((await page.textContent("#no-webgpu"))?.includes("This browser does not have it"));
        assertEquals(await page.inputValue("#device"), "cpu");
        await page.selectOption("#steps", "100");
        await page.click("#use-processor");
        assert(await page.isHidden("#no-webgpu"));
        // The button that was pressed is gone, so the focus went to the next one of use.
        assertEquals(await page.evaluate(() => document.activeElement?.id), "pause");
        await waitForStep(page, 7);
        const { first, last } = await losses(page);
        assert(last < first - 0.5, `loss ${first} to ${last}`);
        // Steps 5 to 50 are sparse: tokens have experts, and each expert a block to look at.
        await page.waitForSelector("#experts label", patience);
        assertEquals(await page.locator("#experts label").count(), 4);
        assert((await page.getAttribute("#overview", "aria-label"))?.includes("sparse"));
        assert((await page.getAttribute("#load", "aria-label"))?.includes("At step"));
        await page.waitForSelector("#samples li:not(.empty)", patience);
        // The first moment was dense: it is one key away, and stays while the training goes on.
        await page.focus("#moment");
        await page.keyboard.press("Home");
        assertEquals(await page.textContent("#moment-readout"), "after step 0, dense");
        await holdAndReset(page);
      }),
  );
});

/** Pause, resume and reset, by keyboard alone. */
async function holdAndReset(page: Page): Promise<void> {
  await page.focus("#pause");
  await page.keyboard.press("Enter");
  assertEquals([await page.textContent("#pause"), await page.textContent("#status")], ["Resume", "Paused."]);
  // The step that it is in may still end.
  await page.waitForTimeout(1500);
  const paused = await page.textContent("#tile-step");
  await page.waitForTimeout(700);
  assertEquals(await page.textContent("#tile-step"), paused);
  await page.keyboard.press("Enter");
  await waitForStep(page, Number(paused) + 1);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assertEquals(await page.textContent("#tile-step"), "–");
  assertEquals(await page.evaluate(() => document.activeElement?.id), "start");
}

/** Drops a file or a piece of text on the page, as a person does with the mouse. */
function drop(page: Page, dropped: { file: string } | { text: string }): Promise<void> {
  return page.evaluate((dropped) => {
    const dataTransfer = new DataTransfer();
    if ("file" in dropped) dataTransfer.items.add(new File([dropped.file], "dropped.txt", { type: "text/plain" }));
    else dataTransfer.setData("text/plain", dropped.text);
    const zone = document.getElementById("drop-zone");
    zone?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, dropped);
}

browserTest(
  "a browser whose WebGPU finds no adapter is told so; a text that is too short is refused in words",
  async () => {
    await withDashboard([], (url) =>
      withPage({ webGpu: false, width: 390 }, async (page) => {
        await page.goto(url);
        await page.waitForSelector("#no-webgpu", { state: "visible" });
        assert((await page.textContent("#no-webgpu"))?.includes("gives the page no graphics processor"));
        assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), 390);
        await page.click("#text-details summary");
        await drop(page, { file: "a dropped file" });
        await page.waitForFunction(() => document.getElementById("text-name")?.textContent === "dropped.txt, 14 bytes");
        assertEquals(await page.inputValue("#text"), "a dropped file");
        await drop(page, { text: "dropped words" });
        assertEquals(await page.inputValue("#text"), "dropped words");
        await page.fill("#text", "too short");
        await page.click("#start");
        await page.waitForSelector("#problem", { state: "visible" });
        assert((await page.textContent("#problem-text"))?.startsWith("Cannot train on this text"));
        assert(await page.isEnabled("#start"));
      }));
  },
);

browserTest("a vocabulary is learned from the text, and losses are said in bits per byte too", async () => {
  await withDashboard([], (url) =>
    withPage({ webGpu: false }, async (page) => {
      await page.goto(url);
      await page.waitForSelector("#start:enabled");
      const offered = await page.locator("#vocabulary option").allTextContents();
      assertEquals(offered, ["Bytes", "512 tokens, learned from the text", "1024 tokens, learned from the text"]);
      await page.selectOption("#device", "cpu");
      await page.selectOption("#vocabulary", "512");
      await page.selectOption("#steps", "100");
      await page.click("#start");
      await waitForStep(page, 1);
      assert(await page.isDisabled("#vocabulary"));
      const { first } = await losses(page);
      assert(Math.abs(first - Math.log(512)) < 0.4, `first loss ${first}`);
      await page.waitForSelector("#samples li:not(.empty)", patience);
      assert((await page.textContent("#tile-validation-note"))?.includes("bits per byte"));
      assert((await page.textContent("#machine"))?.includes("tokens of a vocabulary of 512 to train on"));
    }));
});
