// waiting_tasks.h - the tasks that were spawned and are not done yet.
//
// Path:    tbb.cc -> THIS
// Threads: any; no locks.
// Fails:   a task for which there is no room is not remembered: its end is not told.

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace scope::ingestors {

class WaitingTasks {
 public:
  void Add(const void* task) {
    for (std::atomic<const void*>& place : BucketOf(task).places) {
      const void* free = nullptr;
      if (place.compare_exchange_strong(free, task, std::memory_order_relaxed)) return;
    }
  }

  // True: it was there.
  bool Take(const void* task) {
    for (std::atomic<const void*>& place : BucketOf(task).places) {
      const void* found = task;
      if (place.load(std::memory_order_relaxed) == task &&
          place.compare_exchange_strong(found, nullptr, std::memory_order_relaxed)) {
        return true;
      }
    }
    return false;
  }

 private:
  static constexpr size_t kBuckets = 8192;
  struct alignas(64) Bucket {
    std::atomic<const void*> places[8];
  };

  Bucket& BucketOf(const void* task) {
    const uint64_t mixed = (reinterpret_cast<uintptr_t>(task) >> 6) * 0x9e3779b97f4a7c15u;
    return buckets_[(mixed >> 32) % kBuckets];
  }

  Bucket buckets_[kBuckets];
};

}  // namespace scope::ingestors
