import { type GpuStorage, gpuStorage } from "./_gpu_storage.ts";
import type { BufferPlan } from "./_kernel_source.ts";
import { type Launch, VIEW_WIDTHS } from "./_launch.ts";
import { type CompiledKernel, Pipelines } from "./_pipelines.ts";
import type { Profiler } from "./_profiler.ts";
import { ARGUMENT_BYTES, UniformArena, type UniformSlot } from "./_uniform_arena.ts";

/** One dispatch with everything that it needs, for encoding it again. */
interface Command {
  readonly launch: Launch;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly storages: readonly GpuStorage[];
  readonly offsets: Uint32Array<ArrayBuffer>;
}

/** A sequence of dispatches that can be repeated. */
export interface Recording {
  readonly commands: Command[];
  /** Buffers that the commands use, each once. */
  readonly storages: Set<GpuStorage>;
  readonly uniforms: UniformArena;
}

/** Encodes dispatches and copies into one command buffer until `submit` hands it over. */
export class CommandRecorder {
  /** Submits so far. */
  submits = 0;
  /** Dispatches so far. */
  dispatches = 0;
  readonly pipelines: Pipelines;
  readonly #uniforms: UniformArena;
  readonly #groups = new Map<string, GPUBindGroup>();
  readonly #words = new Uint32Array(ARGUMENT_BYTES / 4);
  readonly #floats = new Float32Array(this.#words.buffer);
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  /** What the pass uses now. */
  #pipeline: GPUComputePipeline | undefined;
  #recording: Recording | undefined;

  constructor(readonly device: GPUDevice, readonly profiler: Profiler | undefined) {
    this.pipelines = new Pipelines(device);
    this.#uniforms = new UniformArena(device);
  }

  /** Whether a replayed unit is being recorded. */
  get isRecording(): boolean {
    return this.#recording !== undefined;
  }

  /** Encodes one launch. */
  launch(launch: Launch): void {
    if (launch.workgroups[0] * launch.workgroups[1] * launch.workgroups[2] === 0) return;
    const { kernel, plan } = this.pipelines.get(launch);
    const storages: GpuStorage[] = [];
    for (const [, { tensor }, slot] of plan.slots) storages[slot] = gpuStorage(tensor);
    const count = this.#writeArguments(launch, plan);
    const slot = (this.#recording?.uniforms ?? this.#uniforms).allocate(this.#words, count);
    const group = this.#group(kernel, storages, slot);
    const command = { launch, pipeline: kernel.pipeline, group, storages, offsets: Uint32Array.of(slot.offset) };
    this.#recording?.commands.push(command);
    this.#encode(command);
    this.#use(storages);
  }

  /** Calls `record` and remembers its launches. */
  record<Result>(record: () => Result): { recording: Recording; result: Result } {
    const recording = { commands: [], storages: new Set<GpuStorage>(), uniforms: new UniformArena(this.device) };
    this.#recording = recording;
    try {
      const result = record();
      recording.uniforms.flush();
      return { recording, result };
    } finally {
      this.#recording = undefined;
    }
  }

  /** Encodes a recording once more; it becomes part of the unit that is being recorded, if one is. */
  replay({ commands, storages }: Recording): void {
    this.#recording?.commands.push(...commands);
    for (const command of commands) this.#encode(command);
    this.#use(storages);
  }

  /** Encodes a copy between buffers. */
  copy(from: GPUBuffer, fromOffset: number, to: GPUBuffer, toOffset: number, bytes: number): void {
    this.#endPass();
    this.#open().copyBufferToBuffer(from, fromOffset, to, toOffset, bytes);
  }

  /** Hands everything over in one submit; nothing happens when nothing waits. */
  submit(): void {
    const encoder = this.#encoder;
    if (encoder === undefined) return;
    this.#endPass();
    this.profiler?.resolve(encoder);
    this.#uniforms.flush();
    this.device.queue.submit([encoder.finish()]);
    this.profiler?.submitted();
    this.#encoder = undefined;
    this.#uniforms.rewind();
    this.submits++;
  }

  /** Forgets the bind groups of a buffer. */
  forget(storage: GpuStorage): void {
    for (const key of storage.bindGroups) this.#groups.delete(key);
    storage.bindGroups.clear();
  }

  /** Frees what belongs to the recorder. */
  dispose(): void {
    this.#uniforms.dispose();
    this.#groups.clear();
    this.profiler?.dispose();
  }

  /** Remembers that commands in front of the next submit use the buffers. */
  #use(storages: Iterable<GpuStorage>): void {
    for (const storage of storages) {
      storage.usedIn = this.submits;
      this.#recording?.storages.add(storage);
    }
  }

  #open(): GPUCommandEncoder {
    return this.#encoder ??= this.device.createCommandEncoder();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
    this.#pipeline = undefined;
  }

  #encode({ launch, pipeline, group, offsets }: Command): void {
    const pass = this.#passFor(launch);
    if (pipeline !== this.#pipeline) pass.setPipeline(pipeline);
    this.#pipeline = pipeline;
    // This overload costs half of the one with a list.
    pass.setBindGroup(0, group, offsets, 0, 1);
    const [x, y, z] = launch.workgroups;
    pass.dispatchWorkgroups(x, y, z);
    this.dispatches++;
  }

  /** One pass for everything, or one for each launch when each is timed. */
  #passFor(launch: Launch): GPUComputePassEncoder {
    if (this.profiler === undefined) return this.#pass ??= this.#open().beginComputePass();
    this.#endPass();
    const encoder = this.#open();
    return this.#pass = encoder.beginComputePass(this.profiler.passDescriptor(launch));
  }

  #group(kernel: CompiledKernel, storages: readonly GpuStorage[], slot: UniformSlot): GPUBindGroup {
    let key = `${kernel.id} ${slot.id}`;
    for (const { id } of storages) key += `,${id}`;
    const known = this.#groups.get(key);
    if (known) return known;
    const entries: GPUBindGroupEntry[] = storages.map(({ buffer }, binding) => ({ binding, resource: { buffer } }));
    entries.push({ binding: storages.length, resource: { buffer: slot.buffer, size: ARGUMENT_BYTES } });
    const group = this.device.createBindGroup({ layout: kernel.layout, entries });
    this.#groups.set(key, group);
    for (const storage of storages) storage.bindGroups.add(key);
    return group;
  }

  /** Offsets of the tensors, then integers, then floats, as the shader's `Args` lists them. */
  #writeArguments(launch: Launch, { slots }: BufferPlan): number {
    let count = 0;
    for (const [, { tensor, view }] of slots) {
      this.#words[count++] = tensor.offset / VIEW_WIDTHS[view];
    }
    for (const name in launch.integers) this.#words[count++] = launch.integers[name] ?? 0;
    for (const name in launch.floats) this.#floats[count++] = launch.floats[name] ?? 0;
    return count;
  }
}
