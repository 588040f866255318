// A program that reports numbered values in the ways that its first argument names.

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/runtime/hand_made_nodes.h"
#include "tests/unit/runtime/wide_subject.h"

namespace {

void Report(uint64_t value) { __scope_report_value(&g_table.nodes[kNodeMain], value); }

unsigned char g_wide[kWideBytes];

// Apart from the report: only that is stepped through.
void FillWide(uint64_t i) {
  for (uint64_t at = 0; at < kWideBytes; ++at) g_wide[at] = WideByte(i, at);
}
void ReportWide() {
  __scope_report_bytes(&g_table.nodes[kNodeMain], g_wide, kWideBytes, kWideBytes);
}

// A call's entry, and the next time its exit.
void ReportCall(uint64_t i) {
  const scope_node* const node = &g_table.nodes[kNodeEnter];
  i % 2 == 0 ? __scope_report_enter(node) : __scope_report_exit(node, kScopeExitReturn);
}

void ReportMany(uint64_t first, uint64_t count) {
  for (uint64_t i = first; i < first + count; ++i) Report(i);
}

int Wait(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

int Threads(uint64_t threads, uint64_t count) {
  for (uint64_t t = 0; t < threads; t += 4) {
    std::vector<std::thread> running;
    for (int i = 0; i < 4; ++i) running.emplace_back(ReportMany, 0, count);
    for (std::thread& thread : running) thread.join();
  }
  return 0;
}

int Fork(uint64_t count) {
  ReportMany(0, count);
  const pid_t child = fork();
  ReportMany(count, count);
  if (child != 0) return Wait(child);
  const pid_t grandchild = fork();
  ReportMany(2 * count, count);
  return grandchild != 0 ? Wait(grandchild) : 0;
}

uint64_t g_handler_count = 0;

void OnSignal(int) {
  for (int i = 0; i < 3; ++i) {
    const uint64_t value = __atomic_fetch_add(&g_handler_count, 1, __ATOMIC_RELAXED);
    __scope_report_value(&g_table.nodes[kNodeHandler], value);
  }
}

// Signals from another thread, two kinds so that handlers interrupt handlers, at odd distances so
// that they meet every place of a write. Not without a pause: that would be all that runs.
int Signals(uint64_t count) {
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &action, nullptr);
  sigaction(SIGUSR2, &action, nullptr);
  const pthread_t target = pthread_self();
  std::atomic<bool> done = false;
  std::thread storm([&] {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    for (uint32_t i = 1; !done; ++i) {
      pthread_kill(target, i % 3 == 0 ? SIGUSR2 : SIGUSR1);
      for (volatile uint32_t pause = i * 2654435761u >> 18; pause > 0; pause = pause - 1) {
      }
    }
  });
  ReportMany(0, count);
  done = true;
  storm.join();
  return g_handler_count > 100 ? 0 : 3;
}

// Reports between two traps, for a parent that steps through them.
int Stepped(const char* path, uint64_t first, uint64_t count, const std::string& what) {
  const bool wide = what == "stepped-wide";
  void (*const report)(uint64_t) = what == "stepped-calls" ? ReportCall : Report;
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  sigaction(SIGUSR1, &action, nullptr);
  const int file = open(path, O_RDWR);
  auto* returned = static_cast<std::atomic<uint64_t>*>(
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
  ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  for (uint64_t i = 0; i < first + count; ++i) {
    if (wide) FillWide(i);
    if (i == first) asm volatile("int3");
    wide ? ReportWide() : report(i);
    returned->store(i + 1, std::memory_order_release);
  }
  asm volatile("int3");
  return 0;
}

// Notes in a shared page how many reports have returned.
int Ledger(const char* path) {
  const int file = open(path, O_RDWR);
  auto* returned = static_cast<std::atomic<uint64_t>*>(
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
  for (uint64_t i = 0;; ++i) {
    Report(i);
    returned->store(i + 1, std::memory_order_release);
  }
}

int LoadAndUnload(const char* path, uint64_t rounds) {
  for (uint64_t i = 0; i < rounds; ++i) {
    void* plugin = dlopen(path, RTLD_NOW);
    if (plugin == nullptr) return 4;
    auto* report =
        reinterpret_cast<void (*)(uint64_t, uint64_t)>(dlsym(plugin, "ReportFromPlugin"));
    report(i * 20, 10);
    ReportMany(i * 20 + 10, 10);
    dlclose(plugin);
  }
  return 0;
}

struct ReportsAtEnd {
  explicit ReportsAtEnd(uint64_t value) : value(value) {}
  ~ReportsAtEnd() { Report(value); }
  uint64_t value;
};

pthread_key_t g_key;

// In a thread: value, thread_local's destructor, key's destructor. In the process: exit handlers.
int Late() {
  static ReportsAtEnd at_exit(5);
  pthread_key_create(&g_key, [](void*) { Report(2); });
  std::thread([] {
    Report(0);
    thread_local ReportsAtEnd at_thread_end(1);
    pthread_setspecific(g_key, &at_thread_end);
  }).join();
  Report(4);
  return 0;
}

int NoFiles(uint64_t count) {
  const rlimit limit = {0, 0};
  std::thread([&] {
    setrlimit(RLIMIT_NOFILE, &limit);
    ReportMany(0, count);
  }).join();
  return 0;
}

int Enter(uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) __scope_report_enter(&g_table.nodes[kNodeEnter]);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  const uint64_t a = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const uint64_t b = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 0;
  if (mode == "count") return ReportMany(0, a), 0;
  if (mode == "threads") return Threads(a, b);
  if (mode == "fork") return Fork(a);
  if (mode == "signals") return Signals(a);
  if (mode == "ledger") return Ledger(argv[2]);
  if (mode.starts_with("stepped")) {
    return Stepped(argv[2], b, std::strtoull(argv[4], nullptr, 10), mode);
  }
  if (mode == "dlopen") return LoadAndUnload(argv[2], b);
  if (mode == "late") return Late();
  if (mode == "no-files") return NoFiles(a);
  if (mode == "enter") return Enter(a);
  return 2;
}
