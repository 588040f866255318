// worker_pool.h - workers that share out numbered pieces of work, each piece to one of them.
//
// Path:    drain -> THIS: ring i is read by worker i % size()
// Threads: one owner, which is a worker, too; Run() returns when all of them are done.
// Fails:   a piece that throws is told, and its worker goes on with the next one.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace scope::pipeline {

inline constexpr size_t kWorkersMax = 16;

class WorkerPool {
 public:
  WorkerPool();
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // From the next Run() on. 1: the owner alone.
  void Resize(size_t workers);
  size_t size() const { return others_.size() + 1; }

  // Calls work(i) once for each i below `count`; `failed(i, why)` afterwards, by the owner, for
  // each that threw.
  void Run(size_t count, const std::function<void(size_t)>& work,
           const std::function<void(size_t, const std::string& why)>& failed);

 private:
  class Worker;
  std::vector<std::unique_ptr<Worker>> others_;
};

}  // namespace scope::pipeline
