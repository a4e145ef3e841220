// Prints the shape of a product as a JSON line: `"name": {...}`, for the programs beside this file.
#pragma once
#include <cstdio>

/** What is known of a product kernel when it is compiled; S is the ProductShape of its folder. */
template <class S>
void printShape(const char* name, int rows, int columns, int threads) {
  std::printf("{\"name\":\"%s\",\"sparse\":%s,\"rows\":%d,\"columns\":%d,\"depth\":%d,\"stages\":%d,", name,
              S::SPARSE ? "true" : "false", rows, columns, S::DEPTH, S::STAGES);
  std::printf("\"threads\":%d,\"sharedBytes\":%d", threads, S::SHARED_BYTES);
}

inline void printBox(const char* name, const int (&box)[3]) {
  std::printf(",\"%s\":{\"columns\":%d,\"rows\":%d,\"swizzle\":%d}", name, box[0], box[1], box[2]);
}

inline void endShape() { std::printf("}\n"); }
