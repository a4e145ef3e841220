import { DeviceUnavailableError, type ProcessGroup } from "@beyond24/device";

const WORDS = 4;

/**
 * Sees that every rank has a GPU of its own: NCCL may hang with two on one.
 *
 * @param uuid 32 hexadecimal digits of the GPU of this rank
 * @param group All ranks
 * @throws {DeviceUnavailableError} On all ranks, if two of them share a GPU
 */
export async function checkGpus(uuid: string, group: ProcessGroup): Promise<void> {
  const { rank, size } = group;
  // Every rank writes into numbers of its own, so the sums are what each of them has.
  const words = new Float64Array(WORDS * size);
  for (let i = 0; i < WORDS; i++) words[WORDS * rank + i] = parseInt(uuid.slice(8 * i, 8 * (i + 1)), 16);
  await group.allReduce(words);
  const gpus = Array.from({ length: size }, (_, of) => words.slice(WORDS * of, WORDS * (of + 1)).join());
  const second = gpus.findIndex((gpu, of) => gpus.indexOf(gpu) < of);
  if (second < 0) return;
  throw new DeviceUnavailableError(
    `Cannot work together as every rank needs a GPU of its own: ranks ${
      gpus.indexOf(gpus[second] ?? "")
    } and ${second} ` +
      "have the same one; start at most as many as a machine has GPUs",
  );
}
