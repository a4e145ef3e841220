import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createReferenceDevice } from "@beyond24/cpu";
import { randomValues, tensorOf } from "./_testing.ts";
import { createParameter } from "./create_parameter.ts";
import { linearLogLikelihood } from "./linear_log_likelihood.ts";
import { Tape } from "./tape.ts";
import { writeParameter } from "./write_parameter.ts";

const [tokens, features, vocabulary] = [7, 4, 5];
const targets = Int32Array.of(0, 4, 2, -1, 1, 3, 2);
const values = { x: randomValues(tokens * features, 1), head: randomValues(vocabulary * features, 2) };

async function run(logitsBytes: number) {
  const device = createReferenceDevice();
  const tape = new Tape(device, device.arena(), { recording: false });
  const head = createParameter(device, "head", [vocabulary, features]);
  writeParameter(device, head, values.head);
  const numbers = device.tensor([tokens], "i32");
  device.write(numbers, targets);
  const x = tensorOf(device, [tokens, features], values.x);
  const { logLikelihoods, greedy } = linearLogLikelihood(tape, x, head, numbers, { logitsBytes });
  return { logLikelihoods: await device.read(logLikelihoods), greedy: await device.read(greedy) };
}

Deno.test("linearLogLikelihood equals its definition", async () => {
  const { logLikelihoods, greedy } = await run(2 ** 20);
  for (const [t, target] of targets.entries()) {
    const scores = Array.from({ length: vocabulary }, (_, token) => {
      let score = 0;
      for (let i = 0; i < features; i++) {
        score += (values.x[t * features + i] ?? 0) * (values.head[token * features + i] ?? 0);
      }
      return score;
    });
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
    assertAlmostEquals(logLikelihoods[t] ?? NaN, target < 0 ? 0 : (scores[target] ?? NaN) - Math.log(sum), 1e-6);
    assertEquals(greedy[t], Number(scores.indexOf(Math.max(...scores)) === target));
  }
});

Deno.test("linearLogLikelihood: the size of the chunks does not change a bit", async () => {
  const whole = await run(2 ** 20);
  for (const rows of [1, 3]) assertEquals(await run(rows * vocabulary * 4), whole);
});
