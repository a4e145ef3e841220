// A stand-in of libcuda.so.1 for tests of several processes without a GPU: device memory is memory of the host, everything is
// done at once. Kernels do nothing, but for the sum of two f32 tensors. STUB_GPUS says how many GPUs there are (default 2).
#include <stdint.h>
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

result cuInit(unsigned flags) { return gpus() > 0 ? 0 : 100; }
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
result cuMemcpyDtoDAsync_v2(handle to, handle from, size_t n, handle s) {
  return memmove((void*)to, (void*)from, n), 0;
}
result cuMemsetD8Async(handle to, uint8_t value, size_t n, handle s) { return memset((void*)to, value, n), 0; }
result cuMemsetD16Async(handle to, uint16_t value, size_t n, handle s) {
  for (size_t i = 0; i < n; i++) ((uint16_t*)to)[i] = value;
  return 0;
}
result cuMemsetD32Async(handle to, uint32_t value, size_t n, handle s) {
  for (size_t i = 0; i < n; i++) ((uint32_t*)to)[i] = value;
  return 0;
}

result cuStreamCreate(handle* stream, unsigned flags) { return *stream = next_handle(), 0; }
result cuStreamWaitEvent(handle stream, handle event, unsigned flags) { return stream && event ? 0 : 400; }
result cuStreamSynchronize(handle stream) { return 0; }
result cuStreamDestroy_v2(handle stream) { return 0; }
result cuStreamBeginCapture_v2(handle stream, int mode) { return 0; }
result cuStreamEndCapture(handle stream, handle* graph) { return *graph = next_handle(), 0; }
result cuEventCreate(handle* event, unsigned flags) { return *event = next_handle(), 0; }
result cuEventRecord(handle event, handle stream) { return stream && event ? 0 : 400; }
result cuEventQuery(handle event) { return 0; }
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
  if (strcmp((char*)function, "add_f32_f32_f32")) return 0;
  const float *a = *(float**)arguments[0], *b = *(float**)arguments[1];
  float* out = *(float**)arguments[2];
  for (long long i = 0; i < *(long long*)arguments[3]; i++) out[i] = a[i] + b[i];
  return 0;
}
// Graphs do nothing, as kernels do.
result cuGraphInstantiateWithFlags(handle* graph, handle from, uint64_t flags) { return *graph = next_handle(), 0; }
result cuGraphUpload(handle graph, handle stream) { return 0; }
result cuGraphLaunch(handle graph, handle stream) { return 0; }
result cuGraphDestroy(handle graph) { return 0; }
result cuGraphExecDestroy(handle graph) { return 0; }
result cuTensorMapEncodeTiled(void* map, int type, unsigned rank, handle address, const void* a, const void* b,
                              const void* c, const void* d, int e, int f, int g, int h) {
  return 0;
}
