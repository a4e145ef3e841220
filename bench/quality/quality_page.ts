import { formatCount, formatLarge } from "@beyond24/run";
import { compareRun, type RunComparison, studiesOf, type Study } from "./compare_runs.ts";
import { figuresOf, type StudyFigure } from "./quality_figures.ts";
import { wrapItem } from "./markdown.ts";
import { barLines, changes, inOrder, studySection } from "./quality_tables.ts";
import type { ResultRow } from "./result_row.ts";

/** The page and its pictures. */
export interface QualityPage {
  /** Text of `docs/quality.md`. */
  readonly text: string;
  readonly figures: readonly StudyFigure[];
}

/**
 * Draws what was measured into the page: the parts between markers, and pictures beside it.
 *
 * @param page The page as it is
 * @param rows Rows of results
 * @throws {Error} If a marker is missing
 */
export function drawQualityPage(page: string, rows: readonly ResultRow[]): QualityPage {
  const studies = inOrder(studiesOf(rows));
  const figures = studies.map((study) => ({ study, figures: figuresOf(study) }));
  const parts = {
    summary: summary(studies),
    tables: figures.map(({ study, figures }) => [studySection(study), ...figures.map(image)].join("\n\n")).join("\n\n"),
    bars: barLines(studies),
  };
  const text = Object.entries(parts).reduce((text, [name, part]) => replacePart(text, name, part), page);
  return { text, figures: figures.flatMap(({ figures }) => figures) };
}

function image({ file, title }: StudyFigure): string {
  return wrapItem(`![${title}](images/${file})`);
}

/** Puts text between `<!-- begin name -->` and `<!-- end name -->`. */
function replacePart(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const [start, stop] = [page.indexOf(begin), page.indexOf(end)];
  if (start < 0 || stop < start) {
    const found = [begin, end].filter((marker) => page.includes(marker));
    throw new Error(
      `Cannot draw the page as it must have the markers ${begin} and ${end}, in this order: current value is ` +
        `${found.toReversed().join(" and ") || "neither"}; put them where the ${name} shall stand`,
    );
  }
  const body = text === "" ? "" : `\n\n${text}\n`;
  return `${page.slice(0, start + begin.length)}${body}\n${page.slice(stop)}`;
}

/** What a user gives and gets, in two sentences and a picture; without rows, that there are none. */
function summary(studies: readonly Study[]): string {
  const study = mainStudy(studies);
  const comparison = study && compareRun("beyond-50", study);
  if (study === undefined || comparison === undefined) {
    const some = studies.length === 0
      ? "No rows of results have been measured yet"
      : "The recipe has not been measured yet";
    return wrapItem(`**${some}: \`deno task reproduce\` makes them, and nothing below is filled in before.**`);
  }
  const { gap, trainGap, time, stepTime, wholeTime } = comparison;
  const [row] = study.rows.filter(({ run }) => run === "beyond-50");
  const training = trainGap.n === 0 ? "" : `, ${changes(trainGap)} of training loss`;
  const gives = `You give ${changes(gap)} of validation loss at equal steps${training} (${gap.n} paired ${
    gap.n === 1 ? "seed" : "seeds"
  }; ${formatLarge(row?.parameters ?? NaN)} parameters, ${formatLarge(row?.tokens ?? NaN)} tokens${epochsOf(row)}, ${
    formatCount(row?.steps ?? NaN)
  } steps, plan \`beyond\`, sparse to half of them).`;
  const gets = `You get sparse steps that take ${stepTime.mean.toFixed(2)} of the time of dense ones on ${
    row?.device.split(",")[0]
  }, all steps together ${time.mean.toFixed(2)}${
    wholeTime.n === 0 ? "" : ` and whole runs ${wholeTime.mean.toFixed(2)}`
  }${atEqualTime(comparison)}.`;
  const [figure] = figuresOf(study);
  return [wrapItem(gives), wrapItem(gets), ...(figure === undefined ? [] : [image(figure)])].join("\n\n");
}

/** How often a run went over its text, where that is more than once. */
function epochsOf(row: ResultRow | undefined): string {
  return row === undefined || row.epochs <= 1 ? "" : ` of a text that it goes over ${row.epochs.toFixed(1)} times`;
}

/** The curve of a run that goes on is no fair measure, so only dense runs that end at the same time count here. */
function atEqualTime({ gapToShorter, gapToShorterWhole, time }: RunComparison): string {
  if (gapToShorter.n === 0) return time.mean < 1 ? "" : ": no time is gained at this size";
  const pairs = `${gapToShorter.n} ${gapToShorter.n === 1 ? "pair" : "pairs"}`;
  const whole = gapToShorterWhole.n === 0
    ? ""
    : `, ${changes(gapToShorterWhole)} where clusterings, validations and checkpoints count, too`;
  return `, and ${
    changes(gapToShorter)
  } of loss against a dense run whose steps end at the same time (${pairs})${whole}`;
}

/** The largest whole study with the recipe, else the largest shorter one. */
function mainStudy(studies: readonly Study[]): Study | undefined {
  const withRecipe = studies.filter((study) => compareRun("beyond-50", study) !== undefined);
  const whole = withRecipe.filter(({ rows: [row] }) => row?.is_shorter === false);
  return whole.at(-1) ?? withRecipe.at(-1);
}
