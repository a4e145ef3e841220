// A stand-in of libcuda.so.1 for tests of several processes without a GPU: device memory is memory of the host, everything is
// done at once, and what is recorded when its graph is launched. Kernels do nothing, but for the sum of two f32 tensors.
// STUB_GPUS says how many GPUs there are (default 2). What is behind the work of a stream in which NCCL hangs (see nccl.c) is not
// done.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int result;
typedef uint64_t handle;

static handle next_handle(void) {
  static handle last = 16;
  return ++last;
}

static int gpus(void) {
  const char* text = getenv("STUB_GPUS");
  return text ? atoi(text) : 2;
}

// A process that is to see some GPUs alone says which.
result cuInit(unsigned flags) {
  const char* visible = getenv("CUDA_VISIBLE_DEVICES");
  if (visible) fprintf(stderr, "stub: CUDA_VISIBLE_DEVICES=%s\n", visible);
  return gpus() > 0 ? 0 : 100;
}
result cuDriverGetVersion(int* version) { return *version = 13000, 0; }
result cuGetErrorString(result status, const char** text) { return *text = "an error of the stub", 0; }
result cuGetErrorName(result status, const char** text) { return *text = "STUB_ERROR", 0; }
result cuDeviceGetCount(int* count) { return *count = gpus(), 0; }
result cuDeviceGet(int* device, int ordinal) { return *device = ordinal, 0; }
result cuDeviceGetName(char* name, int length, int device) { return strncpy(name, "stub", length), 0; }
result cuDeviceGetAttribute(int* value, int attribute, int device) {
  *value = attribute == 75 ? 9 : attribute == 76 ? 0 : attribute == 16 ? 132 : 232448;
  return 0;
}
result cuDeviceTotalMem_v2(size_t* bytes, int device) { return *bytes = (size_t)1 << 30, 0; }
result cuDeviceGetUuid_v2(unsigned char* uuid, int device) {
  memset(uuid, 0xf0, 16);
  uuid[15] = device;
  return 0;
}
result cuDevicePrimaryCtxRetain(handle* context, int device) { return *context = next_handle(), 0; }
result cuCtxSetCurrent(handle context) { return 0; }

result cuMemAlloc_v2(handle* address, size_t bytes) {
  void* memory = NULL;
  if (posix_memalign(&memory, 256, bytes ? bytes : 1)) return 2;
  return *address = (handle)memory, 0;
}
result cuMemFree_v2(handle address) { return free((void*)address), 0; }
result cuMemGetInfo_v2(size_t* free_bytes, size_t* total) { return *free_bytes = *total = (size_t)1 << 30, 0; }
result cuMemHostAlloc(handle* address, size_t bytes, unsigned flags) { return cuMemAlloc_v2(address, bytes); }
result cuMemFreeHost(handle address) { return cuMemFree_v2(address); }
result cuMemcpyHtoDAsync_v2(handle to, const void* from, size_t n, handle s) { return memcpy((void*)to, from, n), 0; }
result cuMemcpyDtoHAsync_v2(handle to, handle from, size_t n, handle s) {
  return memcpy((void*)to, (void*)from, n), 0;
}
// What a stream does: a copy within the GPU, a fill, a sum.
struct work {
  enum { COPY, FILL, ADD } kind;
  char *to;
  const char *from, *other;
  size_t count, width;
  uint32_t value;
};
struct graph {
  size_t length;
  struct work* works;
};
static struct graph* recording = NULL;

static result run(const struct work* work) {
  if (work->kind == COPY) memmove(work->to, work->from, work->count);
  for (size_t i = 0; i < work->count; i++) {
    if (work->kind == FILL) memcpy(work->to + work->width * i, &work->value, work->width);
    if (work->kind == ADD) ((float*)work->to)[i] = ((float*)work->from)[i] + ((float*)work->other)[i];
  }
  return 0;
}
static result enqueue(struct work work) {
  if (!recording) return run(&work);
  recording->works = realloc(recording->works, (recording->length + 1) * sizeof(struct work));
  recording->works[recording->length++] = work;
  return 0;
}
result cuMemcpyDtoDAsync_v2(handle to, handle from, size_t n, handle s) {
  return enqueue((struct work){COPY, (char*)to, (char*)from, NULL, n});
}
result cuMemsetD8Async(handle to, uint8_t value, size_t n, handle s) {
  return enqueue((struct work){FILL, (char*)to, NULL, NULL, n, 1, value});
}
result cuMemsetD16Async(handle to, uint16_t value, size_t n, handle s) {
  return enqueue((struct work){FILL, (char*)to, NULL, NULL, n, 2, value});
}
result cuMemsetD32Async(handle to, uint32_t value, size_t n, handle s) {
  return enqueue((struct work){FILL, (char*)to, NULL, NULL, n, 4, value});
}

// The last streams and events that wait for a stream in which NCCL hangs.
static handle hanging[64];
static int hung = 0;
static int hangs(handle which) {
  const char* stream = getenv("STUB_HUNG_STREAM");
  if (!stream) return 0;
  for (int i = 0; i < hung && i < 64; i++)
    if (hanging[i] == which) return 1;
  return which == (handle)atoll(stream);
}
static result hang(handle which) { return hanging[hung++ % 64] = which, 0; }

result cuStreamCreate(handle* stream, unsigned flags) { return *stream = next_handle(), 0; }
result cuStreamCreateWithPriority(handle* stream, unsigned flags, int priority) { return *stream = next_handle(), 0; }
result cuStreamWaitEvent(handle stream, handle event, unsigned flags) {
  if (hangs(event)) hang(stream);
  return stream && event ? 0 : 400;
}
result cuStreamSynchronize(handle stream) { return 0; }
result cuStreamDestroy_v2(handle stream) { return 0; }
result cuStreamBeginCapture_v2(handle stream, int mode) {
  if (recording) return 900;
  recording = calloc(1, sizeof(struct graph));
  return 0;
}
result cuStreamEndCapture(handle stream, handle* graph) {
  *graph = (handle)recording;
  recording = NULL;
  return *graph ? 0 : 901;
}
result cuEventCreate(handle* event, unsigned flags) { return *event = next_handle(), 0; }
result cuEventRecord(handle event, handle stream) {
  if (hangs(stream)) hang(event);
  return stream && event ? 0 : 400;
}
result cuEventQuery(handle event) { return hangs(event) ? 600 : 0; }
result cuEventElapsedTime_v2(float* milliseconds, handle start, handle end) { return *milliseconds = 0, 0; }
result cuEventDestroy_v2(handle event) { return 0; }

result cuModuleLoadDataEx(handle* module, const void* text, unsigned n, int* names, void** values) {
  return *module = next_handle(), 0;
}
result cuModuleGetFunction(handle* function, handle module, const char* name) {
  return *function = (handle)strdup(name), 0;
}
result cuFuncSetAttribute(handle function, int attribute, int value) { return 0; }
result cuFuncLoad(handle function) { return 0; }
result cuLaunchKernel(handle function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                      unsigned shared, handle stream, void** arguments, void** extra) {
  // Others do nothing, yet are something that was recorded.
  if (strcmp((char*)function, "add_f32_f32_f32")) return enqueue((struct work){COPY});
  char** addresses[] = {arguments[0], arguments[1], arguments[2]};
  return enqueue((struct work){ADD, *addresses[2], *addresses[0], *addresses[1], *(long long*)arguments[3]});
}
result cuGraphGetNodes(handle graph, handle* nodes, size_t* count) {
  return *count = ((struct graph*)graph)->length, 0;
}
result cuGraphInstantiateWithFlags(handle* graph, handle from, uint64_t flags) {
  struct graph* copy = malloc(sizeof(struct graph));
  *copy = *(struct graph*)from;
  copy->works = memcpy(malloc(copy->length * sizeof(struct work) + 1), copy->works, copy->length * sizeof(struct work));
  return *graph = (handle)copy, 0;
}
result cuGraphUpload(handle graph, handle stream) { return 0; }
result cuGraphLaunch(handle graph, handle stream) {
  const struct graph* recorded = (struct graph*)graph;
  for (size_t i = 0; i < recorded->length; i++) run(&recorded->works[i]);
  return 0;
}
result cuGraphDestroy(handle graph) {
  free(((struct graph*)graph)->works);
  return free((void*)graph), 0;
}
result cuGraphExecDestroy(handle graph) { return cuGraphDestroy(graph); }
result cuTensorMapEncodeTiled(void* map, int type, unsigned rank, handle address, const void* a, const void* b,
                              const void* c, const void* d, int e, int f, int g, int h) {
  return 0;
}
