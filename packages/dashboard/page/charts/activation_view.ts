import type { ActivationMatrix } from "./activation_matrix.ts";
import { color, expertColor } from "./color.ts";
import { prepareCanvas, type PreparedCanvas } from "./prepare_canvas.ts";

/** Rows of a block of 64:2:M. */
const blockRows = 64;
/** Most rows and columns of the overview. */
export const overviewSize = 256;

/** Draws a sample of all tokens by the first neurons, and a frame around where the block of an expert is. */
export function drawOverview(
  canvas: HTMLCanvasElement,
  matrix: ActivationMatrix,
  chosen: { readonly expert: number; readonly blockColumns: number },
): void {
  const target = prepareCanvas(canvas);
  if (target === undefined) return;
  const { context, width, height } = target;
  const rows = matrix.sample(overviewSize);
  const columns = Math.min(matrix.neurons, overviewSize);
  const [cellWidth, cellHeight] = [width / columns, height / rows.length];
  const colors = cellColors(matrix);
  for (const [index, row] of rows.entries()) {
    context.fillStyle = colors[row.expert] ?? "";
    for (const { column, strength } of matrix.cells(row)) {
      if (column >= columns) continue;
      context.globalAlpha = strength;
      context.fillRect(column * cellWidth, index * cellHeight, cellWidth + 0.2, cellHeight + 0.2);
    }
  }
  context.globalAlpha = 1;
  const first = rows.findIndex(({ expert }) => expert === chosen.expert);
  const count = matrix.isSparse ? rows.filter(({ expert }) => expert === chosen.expert).length : blockRows;
  if (first < 0) return;
  context.strokeStyle = color("--text");
  context.lineWidth = 1.5;
  context.strokeRect(0.75, first * cellHeight + 0.75, chosen.blockColumns * cellWidth, count * cellHeight - 1.5);
}

/** Draws the first block of an expert: its tokens by M columns, of which four are its own. */
export function drawBlock(
  canvas: HTMLCanvasElement,
  matrix: ActivationMatrix,
  chosen: { readonly expert: number; readonly blockColumns: number },
): void {
  const target = prepareCanvas(canvas);
  if (target === undefined) return;
  const { blockColumns } = chosen;
  const expert = matrix.isSparse ? chosen.expert : 0;
  const cell = cellPainter(target, blockColumns);
  const fill = cellColors(matrix)[expert] ?? "";
  const ground = color("--raised");
  const rows = matrix.rowsOf(expert, blockRows);
  for (let row = 0; row < blockRows; row++) {
    for (let column = 0; column < blockColumns; column++) {
      const isOwn = matrix.isSparse && row < rows.length && Math.floor(column / 4) === expert;
      cell(row, column, ground, 1);
      if (isOwn) cell(row, column, fill, 0.14);
    }
  }
  for (const [index, row] of rows.entries()) {
    for (const { column, strength } of matrix.cells(row)) {
      if (column < blockColumns) cell(index, column, fill, strength);
    }
  }
}

function cellPainter(
  { context, width, height }: PreparedCanvas,
  columns: number,
): (row: number, column: number, fill: string, strength: number) => void {
  const [cellWidth, cellHeight] = [width / columns, height / blockRows];
  const gap = cellWidth > 4 ? 0.8 : 0.4;
  return (row, column, fill, strength) => {
    context.globalAlpha = strength;
    context.fillStyle = fill;
    context.fillRect(column * cellWidth + gap / 2, row * cellHeight + gap / 2, cellWidth - gap, cellHeight - gap);
  };
}

function cellColors({ isSparse, experts }: ActivationMatrix): string[] {
  return Array.from({ length: experts }, (_, expert) => isSparse ? expertColor(expert, experts) : color("--text"));
}
