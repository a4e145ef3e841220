/** What is not zero of rows that mostly are, as activations: a row has those from its start to the next. */
export interface RowEntries {
  /** First entry of each row, and the end of the last [neurons + 1]. */
  readonly starts: Int32Array;
  /** Columns, ascending within a row. */
  readonly columns: Int32Array;
  /** Values. */
  readonly values: Float32Array;
}

/** Rows of neurons. */
export interface Rows {
  /** All values [neurons, features]. */
  readonly weights: Float32Array;
  /** What is not zero, where that is little: to the same bits in less time. */
  readonly entries?: RowEntries | undefined;
}

/** The entries of rows [neurons, features]; undefined where more than half is not zero, as of weights. */
export function rowEntries(
  rows: Float32Array,
  { neurons, features }: { readonly neurons: number; readonly features: number },
): RowEntries | undefined {
  const most = Math.floor(rows.length / 2);
  const starts = new Int32Array(neurons + 1);
  const columns = new Int32Array(most + 1);
  const values = new Float32Array(most + 1);
  let count = 0;
  for (let neuron = 0; neuron < neurons; neuron++) {
    const row = neuron * features;
    for (let c = 0; c < features; c++) {
      const value = rows[row + c] as number;
      columns[count] = c; // written over by the next column where this one is zero
      values[count] = value;
      if (value === 0) continue;
      if (count === most) return undefined;
      count++;
    }
    starts[neuron + 1] = count;
  }
  return { starts, columns, values };
}

/** The entries by column: those of a column are in the order of the rows, which stand where columns stood. */
export function transposeEntries({ starts, columns, values }: RowEntries, features: number): RowEntries {
  const count = starts[starts.length - 1] as number;
  const ends = new Int32Array(features + 1);
  for (let i = 0; i < count; i++) ends[(columns[i] as number) + 1] = (ends[(columns[i] as number) + 1] as number) + 1;
  for (let c = 0; c < features; c++) ends[c + 1] = (ends[c + 1] as number) + (ends[c] as number);
  const transposed = { starts: ends.slice(), columns: new Int32Array(count), values: new Float32Array(count) };
  for (let row = 0; row + 1 < starts.length; row++) {
    for (let i = starts[row] as number; i < (starts[row + 1] as number); i++) {
      const column = columns[i] as number;
      const place = ends[column] as number; // the next free one: starts move to the ends as entries come
      ends[column] = place + 1;
      transposed.columns[place] = row;
      transposed.values[place] = values[i] as number;
    }
  }
  return transposed;
}

/**
 * Writes the products of a row of entries with dense rows, each summed in float64 in the order of the columns: the bits
 * of sums over everything, as a sum that gains zero stays. Four rows go side by side, as in `dotRows`.
 */
export function dotEntries(
  { starts, columns, values }: RowEntries,
  neuron: number,
  rows: Float64Array,
  cols: number,
  products: Float64Array,
): void {
  const [start, end] = [starts[neuron] as number, starts[neuron + 1] as number];
  const count = products.length;
  let row = 0;
  for (; row + 4 <= count; row += 4) {
    const base = row * cols;
    let sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
    for (let i = start; i < end; i++) {
      const place = base + (columns[i] as number);
      const value = values[i] as number;
      sum0 += value * (rows[place] as number);
      sum1 += value * (rows[place + cols] as number);
      sum2 += value * (rows[place + 2 * cols] as number);
      sum3 += value * (rows[place + 3 * cols] as number);
    }
    products[row] = sum0;
    products[row + 1] = sum1;
    products[row + 2] = sum2;
    products[row + 3] = sum3;
  }
  for (; row < count; row++) {
    let sum = 0;
    for (let i = start; i < end; i++) {
      sum += (values[i] as number) * (rows[row * cols + (columns[i] as number)] as number);
    }
    products[row] = sum;
  }
}

/** Adds a row of entries to a dense one that starts at `target`. */
export function addEntries(
  { starts, columns, values }: RowEntries,
  neuron: number,
  sums: Float64Array,
  target: number,
): void {
  const end = starts[neuron + 1] as number;
  for (let i = starts[neuron] as number; i < end; i++) {
    const place = target + (columns[i] as number);
    sums[place] = (sums[place] as number) + (values[i] as number);
  }
}
