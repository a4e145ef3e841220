import type { Collectives } from "@beyond24/device";
import { type RunConfig, UsageError } from "@beyond24/run";
import { hash32 } from "@beyond24/sparse24";
import { programRevision, programVersions } from "./_program.ts";

/** Whether a flag is up on any rank, so that all of them decide alike. */
export async function anyRank({ sum }: Collectives, flag: boolean): Promise<boolean> {
  const [count = 0] = await sum([Number(flag)]);
  return count > 0;
}

/**
 * The part of a run that one of its ranks computes: sequences of each batch. The batch of all ranks together stays as
 * it is configured, so that a run can go on with another number of them.
 *
 * @throws {UsageError} If the ranks cannot have equal parts
 */
export function shareOfRank(config: RunConfig, size: number): RunConfig {
  const { batchSize } = config.train;
  if (batchSize % size === 0) return { ...config, train: { ...config.train, batchSize: batchSize / size } };
  throw new UsageError(
    `Cannot share a batch of ${batchSize} sequences between ${size} processes as it must divide: set train.batchSize to ` +
      `${Math.ceil(batchSize / size) * size}, or start another number of processes`,
  );
}

/**
 * Sees that all ranks run the same program with the same configuration.
 *
 * @throws {UsageError} If one differs from rank 0
 */
export async function checkRanks(config: RunConfig, collectives: Collectives): Promise<void> {
  const program = [await programRevision(), programVersions];
  await checkEqual({ configuration: config, "version of the program": program }, collectives);
}

/**
 * Sees that all ranks have the same of each thing, by digests.
 *
 * @throws {UsageError} If one differs from rank 0
 */
export async function checkEqual(
  things: Readonly<Record<string, unknown>>,
  { rank, size, sum }: Collectives,
): Promise<void> {
  if (size === 1) return;
  const names = Object.keys(things);
  const mine = Object.values(things).map(fingerprint);
  const count = names.length;
  // Every rank writes into numbers of its own, so the sums are what each of them has.
  const all = await sum(
    Array.from({ length: count * size }, (_, i) => Math.floor(i / count) === rank ? mine[i % count] ?? 0 : 0),
  );
  for (const [i, name] of names.entries()) {
    const other = Array.from({ length: size }, (_, of) => of).find((of) => all[count * of + i] !== all[i]);
    if (other === undefined) continue;
    throw new UsageError(`Cannot train together as all processes need the same ${name}: rank ${other} has another one`);
  }
}

function fingerprint(value: unknown): number {
  return hash32([...new TextEncoder().encode(JSON.stringify(value))]);
}
