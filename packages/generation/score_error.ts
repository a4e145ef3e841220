/** A model gives scores from which no token can be drawn: it has diverged. */
export class ScoreError extends RangeError {
  /** Name of the class, for messages. */
  override readonly name = "ScoreError";
}

/** Refuses scores that are no numbers, or of which none is finite. */
export function checkScores(scores: ArrayLike<number>): void {
  if (scores.length === 0) throw new RangeError("Cannot sample as there must be a score: current value is none");
  let isDrawable = false;
  for (let token = 0; token < scores.length; token++) {
    const score = scores[token] ?? NaN;
    if (Number.isNaN(score) || score === Infinity) {
      throw new ScoreError(`Cannot sample as the score of token ${token} must be finite: current value is ${score}`);
    }
    isDrawable ||= score > -Infinity;
  }
  if (!isDrawable) throw new ScoreError("Cannot sample as a score must be finite: all of them are -Infinity");
}
