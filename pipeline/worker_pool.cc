#include "pipeline/worker_pool.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace scope::pipeline {
namespace {

// Every `step`-th piece from `first` on.
struct Share {
  size_t first = 0;
  size_t step = 1;
  size_t count = 0;
  const std::function<void(size_t)>* work = nullptr;
};

using Failures = std::vector<std::pair<size_t, std::string>>;

Failures Do(const Share& share) {
  Failures failures;
  for (size_t i = share.first; i < share.count; i += share.step) {
    try {
      (*share.work)(i);
    } catch (const std::exception& exception) {
      failures.emplace_back(i, exception.what());
    } catch (...) {
      failures.emplace_back(i, "an exception of unknown type");
    }
  }
  return failures;
}

}  // namespace

class WorkerPool::Worker {
 public:
  Worker() : thread_([this] { Live(); }) {}
  ~Worker() {
    Give({});
    thread_.join();
  }

  // Without work: it ends.
  void Give(const Share& share) {
    const std::lock_guard<std::mutex> lock(mutex_);
    share_ = share;
    has_share_ = true;
    changed_.notify_all();
  }

  Failures Await() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return !has_share_; });
    return std::exchange(failures_, {});
  }

 private:
  void Live() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return has_share_; });
      if (share_.work == nullptr) return;
      const Share share = share_;
      lock.unlock();
      Failures failures = Do(share);
      lock.lock();
      failures_ = std::move(failures);
      has_share_ = false;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Share share_;  // guarded by mutex_, as are:
  bool has_share_ = false;
  Failures failures_;
  std::thread thread_;  // last: it uses the others
};

WorkerPool::WorkerPool() = default;
WorkerPool::~WorkerPool() = default;

void WorkerPool::Resize(size_t workers) {
  const size_t others = std::clamp<size_t>(workers, 1, kWorkersMax) - 1;
  while (others_.size() > others) others_.pop_back();
  while (others_.size() < others) others_.push_back(std::make_unique<Worker>());
}

void WorkerPool::Run(size_t count, const std::function<void(size_t)>& work,
                     const std::function<void(size_t, const std::string& why)>& failed) {
  const size_t busy = std::min(size(), std::max<size_t>(count, 1));
  for (size_t i = 1; i < busy; ++i) {
    others_[i - 1]->Give({.first = i, .step = busy, .count = count, .work = &work});
  }
  Failures failures = Do({.first = 0, .step = busy, .count = count, .work = &work});
  for (size_t i = 1; i < busy; ++i) {
    for (auto& failure : others_[i - 1]->Await()) failures.push_back(std::move(failure));
  }
  for (const auto& [i, why] : failures) failed(i, why);
}

}  // namespace scope::pipeline
