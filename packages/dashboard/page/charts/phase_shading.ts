import type { PhaseSpan } from "@beyond24/recipe";
import type uPlot from "uplot";
import { color } from "./color.ts";

/** Narrowest span, in CSS pixels, that is labelled. */
const narrowest = 44;

/** A hook of uPlot that colours the ground of sparse phases and writes their names above. */
export function phaseShading(spans: () => readonly PhaseSpan[]): (chart: uPlot) => void {
  return (chart) => {
    const { ctx: context, bbox: { top, height } } = chart;
    const ratio = devicePixelRatio;
    context.save();
    context.font = `${12 * ratio}px system-ui, sans-serif`;
    context.textAlign = "center";
    for (const { phase, start, end } of spans()) {
      const left = chart.valToPos(start + 0.5, "x", true);
      const right = chart.valToPos(end + 0.5, "x", true);
      context.fillStyle = color("--sparse");
      if (phase === "sparse") context.fillRect(left, top, right - left, height);
      context.fillStyle = color("--muted");
      if (right - left >= narrowest * ratio) context.fillText(phase, (left + right) / 2, top - 8 * ratio);
    }
    context.restore();
  };
}
