import { type LaunchGeometry, NativeDriver, type PackedArguments } from "@beyond24/cuda";

/** Calls and milliseconds of one kernel. */
export interface KernelTime {
  readonly name: string;
  readonly calls: number;
  readonly milliseconds: number;
}

/** The real driver with an event on each side of every launch. Libraries do not pass through it: their time is the rest. */
export class ProfilingDriver extends NativeDriver {
  /** Whether launches are timed. */
  recording = false;
  readonly #names = new Map<bigint, string>();
  readonly #launches: { name: string; start: bigint; end: bigint }[] = [];

  override loadFunction(module: bigint, name: string, sharedMemory: number): bigint {
    const kernel = super.loadFunction(module, name, sharedMemory);
    this.#names.set(kernel, name);
    return kernel;
  }

  override launch(kernel: bigint, geometry: LaunchGeometry, parameters: PackedArguments): void {
    if (!this.recording) return super.launch(kernel, geometry, parameters);
    const [start, end] = [this.createEvent(), this.createEvent()];
    this.recordEvent(start);
    super.launch(kernel, geometry, parameters);
    this.recordEvent(end);
    this.#launches.push({ name: this.#names.get(kernel) ?? "", start, end });
  }

  /** The longest first; call when the device is idle. */
  times(): KernelTime[] {
    const byName = new Map<string, { calls: number; milliseconds: number }>();
    for (const { name, start, end } of this.#launches) {
      const sum = byName.get(name) ?? { calls: 0, milliseconds: 0 };
      byName.set(name, { calls: sum.calls + 1, milliseconds: sum.milliseconds + this.elapsedMilliseconds(start, end) });
    }
    return [...byName].map(([name, sum]) => ({ name, ...sum })).sort((a, b) => b.milliseconds - a.milliseconds);
  }
}
