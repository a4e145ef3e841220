/** Mean and scatter of some numbers. */
export interface Spread {
  /** How many there are. */
  readonly n: number;
  /** Their mean. */
  readonly mean: number;
  /** Standard deviation of a sample, over n - 1; NaN for fewer than two numbers. */
  readonly deviation: number;
}

/** Mean and standard deviation of a sample. */
export function spreadOf(values: readonly number[]): Spread {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, deviation: n < 2 ? NaN : Math.sqrt(squares / (n - 1)) };
}

/**
 * The chance that Student's t with some degrees of freedom is larger than a value: the finite series of Abramowitz and
 * Stegun, 26.7.3 and 26.7.4, exact for a whole number of degrees.
 *
 * @param t Any value
 * @param degrees Degrees of freedom, a whole number from 1
 */
export function upperTailOfT(t: number, degrees: number): number {
  if (!Number.isSafeInteger(degrees) || degrees < 1) {
    throw new RangeError(
      `Cannot use Student's t as degrees must be a whole number from 1: current value is ${degrees}`,
    );
  }
  if (Math.abs(t) === Infinity) return t > 0 ? 0 : 1;
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degrees % 2 === 1;
  // Terms of the series: products of ratios, over even and odd powers of the cosine.
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let power = isOdd ? 3 : 2; power <= degrees - 2; power += 2) {
    term *= cosine ** 2 * (power - 1) / power;
    sum += term;
  }
  const between = isOdd ? 2 / Math.PI * (angle + sine * sum) : sine * sum;
  return (1 - between) / 2;
}

/** A paired comparison. */
export interface PairedTest extends Spread {
  /** How many standard errors the mean difference lies above zero; NaN for fewer than two pairs. */
  readonly t: number;
  /**
   * One-sided: how likely differences like these or larger are if their true mean is zero. NaN for fewer than two
   * pairs.
   */
  readonly p: number;
}

/**
 * One-sided paired t-test of differences: whether their mean lies above zero.
 *
 * @param differences One of each pair
 */
export function pairedTest(differences: readonly number[]): PairedTest {
  const spread = spreadOf(differences);
  return { ...spread, ...meanAbove(spread, 0) };
}

/**
 * One-sided t-test: whether the mean of what was sampled lies above a margin.
 *
 * @param spread The sample
 * @param margin What the true mean is held against
 */
export function meanAbove({ n, mean, deviation }: Spread, margin: number): Pick<PairedTest, "t" | "p"> {
  if (n < 2) return { t: NaN, p: NaN };
  // Equal numbers have no scatter: they lie above the margin, below it, or on it.
  const t = mean === margin ? 0 : (mean - margin) / (deviation / Math.sqrt(n));
  return { t, p: upperTailOfT(t, n - 1) };
}

/** A point of a curve of losses. */
export interface CurvePoint {
  /** Where it is: seconds. */
  readonly seconds: number;
  /** Validation loss in nats per token. */
  readonly loss: number;
}

/**
 * The loss of a curve at a time, by straight lines between its points.
 *
 * @param curve Points in the order of time, one at least
 * @param seconds The time
 * @returns The loss; undefined before the first point, that of the last point behind it
 */
export function lossAt(curve: readonly CurvePoint[], seconds: number): number | undefined {
  const next = curve.findIndex((point) => point.seconds >= seconds);
  if (next < 0) return curve.at(-1)?.loss;
  const [before, after] = [curve[next - 1], curve[next]];
  if (after === undefined || after.seconds === seconds) return after?.loss;
  if (before === undefined) return undefined;
  const part = (seconds - before.seconds) / (after.seconds - before.seconds);
  return before.loss + part * (after.loss - before.loss);
}
