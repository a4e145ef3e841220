// These hold for the real package as well, which the GitHub workflow runs them against.
import { assert, assertEquals } from "@std/assert";
import { ProgressBar, type ProgressBarOptions } from "@std/cli/unstable-progress-bar";

/** A bar, and what it has written. */
function drawn(options: Omit<ProgressBarOptions, "writable">): { bar: ProgressBar; written: string[] } {
  const written: string[] = [];
  const decoder = new TextDecoder();
  const writable = new WritableStream<Uint8Array>({ write: (bytes) => void written.push(decoder.decode(bytes)) });
  return { bar: new ProgressBar({ ...options, writable }), written };
}

const line = ({ progressBar, value, max }: { progressBar: string; value: number; max: number }) =>
  `[${progressBar}] ${value}/${max}`;

Deno.test("ProgressBar draws a line at once and at the end, which it ends", async () => {
  const { bar, written } = drawn({ max: 4, barLength: 8, formatter: line });
  bar.value = 3;
  await bar.stop();
  assertEquals(written, ["\r\x1b[K[--------] 0/4", "\r\x1b[K[######--] 3/4", "\n"]);
});

Deno.test("ProgressBar can begin in the middle, look different and remove itself", async () => {
  const { bar, written } = drawn({
    max: 4,
    value: 1,
    barLength: 4,
    fillChar: "█",
    emptyChar: "░",
    clear: true,
    formatter: line,
  });
  await bar.stop();
  assertEquals(written, ["\r\x1b[K[█░░░] 1/4", "\r\x1b[K"]);
});

Deno.test("ProgressBar draws again after its interval", async () => {
  const times: number[] = [];
  const formatter = ({ time, value }: { time: number; value: number }) => {
    times.push(time);
    return `${value}`;
  };
  const { bar, written } = drawn({ max: 100, interval: 5, formatter });
  while (written.length < 3) {
    bar.value++;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await bar.stop();
  assert(times.every((time, index) => time >= (times[index - 1] ?? 0)));
});

Deno.test("ProgressBar stays within its length", async () => {
  for (const value of [-1, 5]) {
    const { bar, written } = drawn({ max: 4, value, barLength: 3, clear: true, formatter: line });
    await bar.stop();
    assertEquals(written[0], `\r\x1b[K[${value < 0 ? "---" : "###"}] ${value}/4`);
  }
});

Deno.test("ProgressBar bears that nobody reads it any more", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const bar = new ProgressBar({ writable, max: 1, formatter: line });
  const stopped = bar.stop();
  await readable.cancel();
  await stopped;
});
