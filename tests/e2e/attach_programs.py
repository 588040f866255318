"""Programs that attach_test.py attaches to."""

# Commands on stdin: a number of steps; "tN" steps in each of 4 threads that live on, "fN" in a
# child, "l" loads plugin.so, "pN" steps in it, "w" work without events for a while.
LOOP = r"""
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <mutex>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
__attribute__((noinline)) int Step(int n) { volatile int sink = n; return sink + 1; }
__attribute__((noinline)) int InThread(int n) { volatile int sink = n; return sink + 1; }
static std::mutex& mutex = *new std::mutex;
static std::condition_variable& wake = *new std::condition_variable;  // its destructor would wait
static int wanted[4], turn[4];
static void Serve(int me) {
  for (int seen = 0;;) {
    int count;
    {
      std::unique_lock<std::mutex> lock(mutex);
      wake.wait(lock, [&] { return turn[me] != seen; });
      seen = turn[me];
      count = wanted[me];
    }
    for (int i = 0; i < count; ++i) InThread(i);
    {
      std::unique_lock<std::mutex> lock(mutex);
      wanted[me] = -1;
    }
    wake.notify_all();
  }
}
int main(int argc, char** argv) {
  char line[64];
  int next = 0;
  bool has_threads = false;
  void (*plugged)(int) = nullptr;
  std::puts("ready");
  std::fflush(stdout);
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    const int count = std::atoi(line + 1);
    if (line[0] == 't') {
      for (int i = 0; i < 4 && !has_threads; ++i) std::thread(Serve, i).detach();
      has_threads = true;
      std::unique_lock<std::mutex> lock(mutex);
      for (int i = 0; i < 4; ++i) { wanted[i] = count; ++turn[i]; }
      wake.notify_all();
      wake.wait(lock, [] { return wanted[0] + wanted[1] + wanted[2] + wanted[3] == -4; });
    }
    if (line[0] == 'f' && fork() == 0) { for (int i = 0; i < count; ++i) Step(i); _exit(0); }
    while (wait(nullptr) > 0) {}
    if (line[0] == 'l') plugged = (void (*)(int))dlsym(dlopen(argv[1], RTLD_NOW), "Plugged");
    if (line[0] == 'p') plugged(count);
    for (int i = std::atoi(line); i > 0; --i) Step(next++);
    std::puts("done");
    std::fflush(stdout);
  }
  return 7;
}
"""

PLUGIN = r"""
__attribute__((noinline)) static int Inside(int k) { volatile int sink = k; return sink; }
extern "C" void Plugged(int count) { for (int k = 0; k < count; ++k) Inside(k); }
"""

# The handler of a timer reports while main is in malloc most of the time.
HANDLER = r"""
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
static volatile int handled;
__attribute__((noinline)) static int Tick(int number) { int next = number + 1; return next; }
static void OnTimer(int number) { handled = Tick(handled); (void)number; }
__attribute__((noinline)) static int Step(int n) { volatile int sink = n; return sink; }
__attribute__((annotate("scope:ignore"))) int main(int argc, char** argv) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = OnTimer;
  if (argc > 2) {  /* on a stack of its own */
    stack_t stack = {.ss_sp = malloc(1 << 16), .ss_flags = 0, .ss_size = 1 << 16};
    sigaltstack(&stack, NULL);
    action.sa_flags = SA_ONSTACK;
  }
  sigaction(SIGALRM, &action, NULL);
  struct itimerval every = {{0, 200}, {0, 200}};
  setitimer(ITIMER_REAL, &every, NULL);
  puts("ready");
  fflush(stdout);
  void* blocks[64] = {0};
  for (unsigned i = 0;; ++i) {
    free(blocks[i % 64]);
    blocks[i % 64] = malloc(16 + i % 3000);
    if (argv[1][0] == 'b' && i % 65536 == 0) Step(i);
  }
}
"""

# An allocator whose lock cannot be taken twice, and which tells somebody about each block.
ALLOCATOR = r"""
#include <stddef.h>
#include <string.h>
#include <unistd.h>
void (*allocator_hook)(size_t);
static int locked;
static char memory[64 << 20] __attribute__((aligned(16)));
static size_t used;
static void Lock(void) {
  while (__atomic_exchange_n(&locked, 1, __ATOMIC_ACQUIRE)) usleep(1);
}
static void* Take(size_t bytes) {
  Lock();
  bytes = (bytes + 31) & ~(size_t)15;
  char* block = memory + used + 16;
  used += bytes + 16;
  *(size_t*)(block - 16) = bytes;
  if (allocator_hook != NULL) allocator_hook(bytes);
  __atomic_store_n(&locked, 0, __ATOMIC_RELEASE);
  return block;
}
void* malloc(size_t bytes) { return Take(bytes); }
void* calloc(size_t count, size_t bytes) { return memset(Take(count * bytes), 0, count * bytes); }
void* realloc(void* old, size_t bytes) {
  void* block = Take(bytes);
  if (old != NULL) {
    size_t before = *(size_t*)((char*)old - 16);
    memcpy(block, old, before < bytes ? before : bytes);
  }
  return block;
}
void free(void* block) { (void)block; }
"""

HOOKED = r"""
#include <stdio.h>
#include <stdlib.h>
extern void (*allocator_hook)(size_t);
__attribute__((noinline)) static size_t Hook(size_t bytes) { size_t seen = bytes; return seen; }
static void OnBlock(size_t bytes) { Hook(bytes); }
__attribute__((noinline)) static int Step(int n) { volatile int sink = n; return sink; }
__attribute__((annotate("scope:ignore"))) int main(void) {
  static char line[64];
  static void* volatile block;
  setvbuf(stdin, malloc(4096), _IOFBF, 4096);
  setvbuf(stdout, malloc(4096), _IOFBF, 4096);
  allocator_hook = OnBlock;
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    for (int i = atoi(line + 1); i > 0; --i) {
      if (line[0] == 'm') block = malloc(64);
      if (line[0] == 's') Step(i);
    }
    puts("done");
    fflush(stdout);
  }
  return 7;
}
"""
