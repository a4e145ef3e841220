import { type FigurePoint, type FigureSeries, svgFigure } from "../../packages/trainer/report/svg_figure.ts";
import { compareRun, curveOf, isNear, isWholeDense, type Study, twinOf } from "./compare_runs.ts";
import { type QualityRun, qualityRuns, qualityTables, type RunName } from "./experiments.ts";
import { isRunName } from "./jobs.ts";

const size = { width: 860, height: 420 };

/** A picture of a study. */
export interface StudyFigure {
  /** Name of its file, without the folder. */
  readonly file: string;
  /** What it shows, for those who do not see it. */
  readonly title: string;
  readonly svg: string;
}

/**
 * The pictures of a study: loss against time, and what each run gives and gets. None without a run beside the dense
 * one.
 */
export function figuresOf(study: Study): StudyFigure[] {
  const name = `quality-${study.name.replaceAll(/[^\w]+/g, "-")}`;
  const [curves, points] = [curveSeries(study), paretoSeries(study)];
  return [
    ...(curves.length < 2 ? [] : [{
      file: `${name}-loss.svg`,
      title: `${study.name}: validation loss against the time of the steps, first seed`,
      svg: svgFigure(curves, {
        x: { label: "seconds of steps", zero: true },
        y: { label: "validation loss, nats per token", domain: laterLosses(curves) },
      }, size),
    }]),
    ...(points.length < 2 ? [] : [{
      file: `${name}-pareto.svg`,
      title: `${study.name}: gap in validation loss against the time of all steps, means over seeds`,
      svg: svgFigure(points, {
        x: { label: "time of all steps, dense = 1" },
        y: { label: "gap to dense in percent" },
      }, size),
    }]),
  ];
}

/** The curves of the recipe, of the first seed that all of them have. */
function curveSeries({ rows }: Study): FigureSeries[] {
  const runs = Object.keys(qualityTables.table2.rows).filter(isRunName);
  const seeds = [...new Set(rows.map(({ seed }) => seed))].toSorted((a, b) => a - b);
  const present = runs.filter((run) => rows.some((row) => row.run === run));
  const seed = seeds.find((seed) => present.every((run) => rows.some((row) => row.run === run && row.seed === seed)));
  return present.flatMap((run) => {
    const row = rows.find((row) => row.run === run && row.seed === seed);
    if (row === undefined) return [];
    return [{
      label: labelOf(run),
      points: curveOf(row, twinOf(row, rows)).map(({ seconds, loss }) => ({ x: seconds, y: loss })),
    }];
  });
}

/** The axis follows the later three quarters of the curves: the beginning would flatten everything else. */
function laterLosses(series: readonly FigureSeries[]): [number, number] {
  const later = series.flatMap(({ points }) => points.slice(Math.floor(points.length / 4)).map(({ y }) => y));
  return [Math.min(...later), Math.max(...later)];
}

/** A curve of the paper's Figure 5 for each plan, over the parts of its steps that are sparse. */
function paretoSeries(study: Study): FigureSeries[] {
  const runs = Object.keys(qualityTables.figure5.rows).filter(isRunName);
  const { dense = [], sparse = [] } = Object.groupBy(
    runs,
    (run) => qualityRuns[run].plan === "dense" ? "dense" : "sparse",
  );
  const plans = Map.groupBy(sparse, (run) => qualityRuns[run].plan);
  const shorter = nearEnd(densePoints(dense, study));
  return [
    { label: shorter.length < 2 ? "dense" : "dense, … % of the steps", points: shorter },
    ...Array.from(plans, ([plan, runs]) => ({
      label: `${plan}, sparse until … % of the steps`,
      points: inOrder(runs.flatMap((run) => paretoPoint(run, study))),
    })),
  ].filter(({ points }) => points.length > 0);
}

/** Dense runs of all lengths. Whole ones are the same point, whatever their learning rate: each is its own twin. */
function densePoints(runs: readonly RunName[], study: Study): FigurePoint[] {
  const [whole] = runs.filter((run) => isWholeDense(run) && compareRun(run, study) !== undefined);
  return inOrder(runs.filter((run) => !isWholeDense(run) || run === whole).flatMap((run) => paretoPoint(run, study)));
}

function inOrder(points: readonly FigurePoint[]): FigurePoint[] {
  return points.toSorted((a, b) => a.x - b.x);
}

/**
 * The last points, as far as a line between them says something about what lies there. One farther away is held
 * against nothing, and would press the others together.
 */
function nearEnd(points: readonly FigurePoint[]): FigurePoint[] {
  const gap = points.findLastIndex(({ x }, i) => i + 1 < points.length && !isNear(x, points[i + 1]?.x ?? x));
  return points.slice(gap + 1);
}

function paretoPoint(run: RunName, study: Study): FigurePoint[] {
  const comparison = compareRun(run, study);
  if (comparison === undefined) return [];
  const { gap, time } = comparison;
  return [{ x: time.mean, y: 100 * gap.mean, spread: gap.n < 2 ? 0 : 100 * gap.deviation, label: partOf(run) }];
}

/** What tells the points of a plan apart. */
function partOf(run: RunName): string {
  return isWholeDense(run) ? "" : `${/\d+$/.exec(run)?.[0]} %`;
}

function labelOf(run: RunName): string {
  const { label }: QualityRun = qualityRuns[run];
  return label.replaceAll("`", "");
}
