// A stand-in of libnccl.so.2 for tests of several processes without a GPU: ranks meet in a file that all of them map, whose name
// travels in the unique id; work is done at the end of a group. Build with -DOLD for a library without ncclCommInitRankScalable.
// Work for which the other ranks do not come within STUB_PATIENCE milliseconds hangs until the communicator is aborted; the
// stand-in of the driver is told so by STUB_HUNG_STREAM. Default: it waits for them.
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOT = 1 << 22, MOST_RANKS = 8, MOST_CALLS = 1024, ID = 128 };
enum kind { ALL_REDUCE, REDUCE_SCATTER, ALL_GATHER, BROADCAST };

typedef struct {
  char name[ID];
} id;

struct shared {
  atomic_int arrived, round;
  char slots[MOST_RANKS][SLOT];
};

struct communicator {
  struct shared* shared;
  int rank, size;
};

static struct call {
  enum kind kind;
  const char* send;
  char* receive;
  size_t count;
  int type, root;
  struct communicator* communicator;
  uint64_t stream;
} calls[MOST_CALLS];
static int grouped = 0, waiting = 0;

// Whether all ranks have come.
static int barrier(struct communicator* c) {
  const char* patience = getenv("STUB_PATIENCE");
  long left = patience ? 20 * atol(patience) : -1;
  int round = atomic_load(&c->shared->round);
  if (atomic_fetch_add(&c->shared->arrived, 1) + 1 == c->size) {
    atomic_store(&c->shared->arrived, 0);
    atomic_fetch_add(&c->shared->round, 1);
  }
  while (atomic_load(&c->shared->round) == round && left--) usleep(50);
  return atomic_load(&c->shared->round) != round;
}

static int run(struct call* call) {
  struct communicator* c = call->communicator;
  int floats = call->kind <= REDUCE_SCATTER;
  size_t bytes = call->count * (floats ? 4 : 1);
  size_t sent = call->kind == REDUCE_SCATTER ? bytes * c->size : bytes;
  if (sent > SLOT || call->type != (floats ? 7 : 0)) return 4;
  memcpy(c->shared->slots[c->rank], call->send, sent);
  if (!barrier(c)) {
    char stream[24];
    snprintf(stream, sizeof(stream), "%llu", (unsigned long long)call->stream);
    return setenv("STUB_HUNG_STREAM", stream, 1);
  }
  if (floats) {
    size_t first = call->kind == REDUCE_SCATTER ? call->count * c->rank : 0;
    for (size_t i = 0; i < call->count; i++) {
      float sum = 0;
      for (int of = 0; of < c->size; of++) sum += ((float*)c->shared->slots[of])[first + i];
      ((float*)call->receive)[i] = sum;
    }
  } else if (call->kind == ALL_GATHER) {
    for (int of = 0; of < c->size; of++) memcpy(call->receive + of * bytes, c->shared->slots[of], bytes);
  } else {
    memcpy(call->receive, c->shared->slots[call->root], bytes);
  }
  barrier(c);
  return 0;
}

static int enqueue(struct call call, uint64_t stream) {
  // Every call has to be in a group, on a stream.
  if (!grouped || !stream || waiting == MOST_CALLS) return 5;
  call.stream = stream;
  calls[waiting++] = call;
  return 0;
}

int ncclGetVersion(int* version) { return *version = 22703, 0; }

int ncclGetUniqueId(id* out) {
  memset(out, 0, ID);
  strcpy(out->name, "/tmp/nccl-stub-XXXXXX");
  int file = mkstemp(out->name);
  if (file < 0 || ftruncate(file, sizeof(struct shared))) return 2;
  // What the parent of a test asks for: which variables were set before the library was opened.
  const char *algorithm = getenv("NCCL_ALGO"), *multicast = getenv("NCCL_NVLS_ENABLE");
  if (!algorithm || !multicast || strcmp(multicast, "0")) return 5;
  return close(file);
}

static int join(struct communicator** out, int size, const id* name, int rank) {
  int file = open(name->name, O_RDWR);
  if (file < 0) return 2;
  struct communicator* c = malloc(sizeof(struct communicator));
  c->shared = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  c->rank = rank, c->size = size;
  close(file);
  barrier(c);
  if (rank == 0) unlink(name->name);
  *out = c;
  return 0;
}

int ncclCommInitRank(struct communicator** out, int size, id name, int rank) { return join(out, size, &name, rank); }
#ifndef OLD
int ncclCommInitRankScalable(struct communicator** out, int size, int rank, int ids, id* names, void* config) {
  return ids == 1 && !config ? join(out, size, names, rank) : 4;
}
#endif
int ncclCommAbort(struct communicator* c) {
  unsetenv("STUB_HUNG_STREAM");
  return free(c), 0;
}
int ncclCommGetAsyncError(struct communicator* c, int* error) { return *error = 0, 0; }
const char* ncclGetErrorString(int error) { return "an error of the stub"; }
const char* ncclGetLastError(struct communicator* c) { return "no details\nand a second line"; }
int ncclGroupStart(void) { return grouped++, 0; }
int ncclGroupEnd(void) {
  if (--grouped) return 0;
  int status = 0;
  for (int i = 0; i < waiting && !status; i++) status = run(&calls[i]);
  waiting = 0;
  return status;
}

int ncclAllReduce(const void* send, void* receive, size_t count, int type, int op, struct communicator* c, uint64_t s) {
  return op ? 4 : enqueue((struct call){ALL_REDUCE, send, receive, count, type, 0, c}, s);
}
int ncclReduceScatter(const void* send, void* receive, size_t count, int type, int op, struct communicator* c,
                      uint64_t s) {
  return op ? 4 : enqueue((struct call){REDUCE_SCATTER, send, receive, count, type, 0, c}, s);
}
int ncclAllGather(const void* send, void* receive, size_t count, int type, struct communicator* c, uint64_t s) {
  return enqueue((struct call){ALL_GATHER, send, receive, count, type, 0, c}, s);
}
int ncclBroadcast(const void* send, void* receive, size_t count, int type, int root, struct communicator* c,
                  uint64_t s) {
  return enqueue((struct call){BROADCAST, send, receive, count, type, root, c}, s);
}
