#include "scope/ring_buffer.h"

namespace {

struct Sample {
  int number;
  double value;
};

}  // namespace

int main() {
  const auto buffer = scope::RingBuffer<Sample>::Create({.size = 1024});
  for (int i = 0; i < 100; ++i) buffer->Write({i, i / 2.0});
  const auto batch = buffer->ReadBatch(/*position=*/0, /*count=*/64);
  return batch.events.size() == 64 && batch.position == 64 && buffer->size() == 36 ? 0 : 1;
}
