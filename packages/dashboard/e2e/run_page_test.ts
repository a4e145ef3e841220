import { assertEquals } from "@std/assert";
import { browserTest, withPage } from "./_browser.ts";
import { runDashboard, withDashboard } from "./_dashboard_process.ts";

const config = {
  preset: "tiny",
  model: { layers: 2, dModel: 64, dFfn: 256 },
  train: { steps: 30 },
  recipe: [{ phase: "dense", steps: 5 }, { phase: "sparse", steps: 15 }, { phase: "dense", steps: 10 }],
};

function lines(from: number, to: number): string {
  const steps = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return steps.map((step) => {
    const phase = step > 5 && step <= 20 ? "sparse" : "dense";
    const load = phase === "sparse" ? { expert_load_min: 90, expert_load_mean: 128, expert_load_max: 200 } : {};
    const val_loss = step % 10 === 0 ? 5 - step / 10 : null;
    const row = {
      step,
      phase,
      loss: 6 - step / 10,
      lr: 0.001,
      grad_norm: 1,
      step_ms: 60,
      tokens_per_second: 2048,
      activation_sparsity: 0.875,
      ...load,
      ...(step > 12 ? { tokens_per_second_each: 1024, waiting_ms: 4, mfu: 0.5, executed_mfu: 0.4 } : {}),
      val_loss,
    };
    return `${JSON.stringify(row)}\n`;
  }).join("");
}

browserTest("the page of a run shows what there is, follows what comes, and says when it is finished", async () => {
  const folder = await Deno.makeTempDir();
  const writeSummary = (summary: unknown) => Deno.writeTextFile(`${folder}/summary.json`, JSON.stringify(summary));
  const writeConfig = (preset: string) =>
    Deno.writeTextFile(`${folder}/config.json`, JSON.stringify({ ...config, preset }));
  await writeConfig("tiny");
  await withDashboard(["--run", folder], (url) =>
    withPage({ webGpu: false, width: 1200 }, async (page) => {
      await page.goto(url);
      await page.waitForFunction(() => document.getElementById("status")?.textContent?.includes("not done a step"));
      await Deno.writeTextFile(`${folder}/metrics.jsonl`, lines(1, 12));
      await page.waitForFunction(() => document.getElementById("tile-step")?.textContent === "12");
      assertEquals(await page.textContent("#title"), "Run of tiny");
      assertEquals(await page.textContent("#tile-validation"), "4.0000");
      await page.waitForFunction(() => document.getElementById("status")?.textContent?.startsWith("In sparse steps"));
      for (const name of ["utilization", "waiting"]) assertEquals(await page.isVisible(`#${name}-figure`), false);
      assertEquals(await page.textContent("#tile-speed-note"), "tokens per second");
      await writeSummary({ status: "interrupted", steps: 12, wall_seconds: 5 });
      await page.waitForFunction(() => document.getElementById("status")?.textContent?.startsWith("Interrupted."));

      await Deno.writeTextFile(`${folder}/metrics.jsonl`, lines(13, 30), { append: true });
      await page.waitForFunction(() => document.getElementById("tile-step")?.textContent === "30");
      for (const name of ["utilization", "waiting"]) {
        assertEquals(await page.isVisible(`#${name}-figure canvas`), true, name);
      }
      assertEquals(await page.textContent("#tile-speed-note"), "tokens per second; 1.02 K each");
      const cut = await page.locator(".tile em").evaluateAll((notes) =>
        notes.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ textContent }) => textContent)
      );
      assertEquals(cut, []);
      assertEquals(await page.isVisible("#scores"), false);
      const counts = { few_shot: 0, documents: 1838, all_documents: 1838, acc: 0.5, acc_stderr: 0.012 };
      const score = { step: 30, role: "main", mode: "dense", task: "piqa", ...counts };
      await Deno.writeTextFile(`${folder}/scores.jsonl`, `${JSON.stringify(score)}\n`);
      await page.waitForSelector("#scores", { state: "visible" });
      const [card, scores] = await Promise.all(["figure", "#scores"].map((name) =>
        page.locator(name).first().evaluate((element) => {
          const { backgroundColor, paddingLeft } = getComputedStyle(element);
          return { backgroundColor, paddingLeft };
        })
      ));
      assertEquals(scores, card);
      const cells = await page.locator("#scores-table th, #scores-table td").allTextContents();
      assertEquals(cells, ["task", "step 30, dense", "piqa", "50.0 ± 1.2"]);
      await Deno.writeTextFile(`${folder}/report.html`, "<h1>Report</h1>");
      await writeSummary({ status: "finished", steps: 30, wall_seconds: 12.34 });
      await page.waitForFunction(() =>
        document.getElementById("status")?.textContent === "Finished in 12.3 seconds."
      );
      await page.waitForSelector("#report", { state: "visible" });
      const label = await page.getAttribute("#loss-chart", "aria-label");
      assertEquals(label, "Loss by step: 5.9000 at first, 3.0000 now");

      await Deno.remove(`${folder}/summary.json`);
      await Deno.remove(`${folder}/metrics.jsonl`);
      await writeConfig("small");
      await page.waitForFunction(() => document.getElementById("title")?.textContent === "Run of small");
      await Deno.writeTextFile(`${folder}/metrics.jsonl`, lines(1, 3));
      await page.waitForFunction(() => document.getElementById("tile-step")?.textContent === "3");
      await page.waitForFunction(() => document.getElementById("status")?.textContent?.startsWith("In dense steps"));
    }));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("web --run says that there is no such run", async () => {
  const folder = await Deno.makeTempDir();
  for (const run of [folder, `${folder}/nope`]) {
    const { code, stderr } = await runDashboard(["--run", run]);
    assertEquals([code, stderr], [2, `error: Cannot show ${run} as there is no such run: it holds no config.json\n`]);
  }
  await Deno.remove(folder, { recursive: true });
});
