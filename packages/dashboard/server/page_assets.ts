import runScript from "../built/run.js" with { type: "text" };
import trainScript from "../built/train.js" with { type: "text" };
import uPlotStyle from "../built/uplot.css" with { type: "text" };
import workerScript from "../built/worker.js" with { type: "text" };
import icon from "../page/icon.svg" with { type: "text" };
import runPage from "../page/run.html" with { type: "text" };
import baseStyle from "../page/style/base.css" with { type: "text" };
import controlsStyle from "../page/style/controls.css" with { type: "text" };
import figuresStyle from "../page/style/figures.css" with { type: "text" };
import progressStyle from "../page/style/progress.css" with { type: "text" };
import screensStyle from "../page/style/screens.css" with { type: "text" };
import trainPage from "../page/train.html" with { type: "text" };

/** Files of the page by path, such as `/train.html`. */
export type PageAssets = ReadonlyMap<string, PageAsset>;

/** One file of the page. */
export interface PageAsset {
  /** Its contents. */
  readonly body: string;
  /** Its media type. */
  readonly type: string;
}

const html = "text/html; charset=utf-8";
const css = "text/css; charset=utf-8";
const script = "text/javascript; charset=utf-8";

/** In this order: what comes later wins. */
const style = [uPlotStyle, baseStyle, controlsStyle, progressStyle, figuresStyle, screensStyle].join("\n");

/** Every file of the page; `deno task build:page` makes those of `built/`. */
export const pageAssets: PageAssets = new Map([
  ["/train.html", { body: trainPage, type: html }],
  ["/run.html", { body: runPage, type: html }],
  ["/icon.svg", { body: icon, type: "image/svg+xml" }],
  ["/style.css", { body: style, type: css }],
  ["/train.js", { body: trainScript, type: script }],
  ["/run.js", { body: runScript, type: script }],
  ["/worker.js", { body: workerScript, type: script }],
]);
