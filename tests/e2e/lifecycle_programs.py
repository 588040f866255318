"""What lifecycle_test.py compiles and runs."""
import harness

EARLY_AND_LATE = r"""
#include <stdlib.h>
static int Note(int moment) { int noted = moment; return noted; }
__attribute__((constructor(101))) static void First() { Note(1); }
__attribute__((constructor(65535))) static void Second() { Note(2); }
struct Global { Global() { Note(3); } ~Global() { Note(9); } } global;
__attribute__((destructor(101))) static void Last() { Note(10); }
static void AtExit() { Note(8); }
int main() {
  atexit(AtExit);
  Note(5);
}
"""


ENDS = r"""
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static int work(void) {
  int last = 0;
  for (int i = 0; i < 1000; ++i) last = i;
  return last;
}
static void at_quick_exit_call(void) { work(); }
static void* forever(void* unused) {
  work();
  for (;;) pause();
  return unused;
}
static void* leaves(void* unused) {
  work();
  pthread_exit(unused);
}
int main(int argc, char** argv) {
  const char* how = argv[argc - 1];
  work();
  if (!strcmp(how, "_exit")) _exit(3);
  if (!strcmp(how, "quick_exit")) { at_quick_exit(at_quick_exit_call); quick_exit(3); }
  if (!strcmp(how, "abort")) abort();
  if (!strcmp(how, "segv")) *(volatile int*)8 = 1;
  if (!strcmp(how, "exec")) { execl(argv[0], argv[0], "_exit", (char*)0); }
  pthread_t thread;
  if (!strcmp(how, "cancel")) {
    pthread_create(&thread, 0, forever, 0);
    usleep(20000);
    pthread_cancel(thread);
    pthread_join(thread, 0);
  }
  if (!strcmp(how, "pthread_exit")) {
    pthread_create(&thread, 0, leaves, 0);
    pthread_join(thread, 0);
    pthread_exit(0);
  }
  return 0;
}
"""


CHILDREN = r"""
#define _GNU_SOURCE
#include <sched.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
extern char** environ;
static int work(void) {
  int last = 0;
  for (int i = 0; i < 1000; ++i) last = i;
  return last;
}
int main(int argc, char** argv) {
  if (argc > 1 && !strcmp(argv[1], "child")) { work(); return 0; }
  work();
  char* child[] = {argv[0], "child", 0};
  int status;
  pid_t pid = vfork();
  if (pid == 0) { execv(argv[0], child); _exit(1); }
  waitpid(pid, &status, 0);
  if (posix_spawn(&pid, argv[0], 0, 0, child, environ)) return 2;
  waitpid(pid, &status, 0);
  pid = fork();
  if (pid == 0) { work(); _exit(0); }
  waitpid(pid, &status, 0);
  return 0;
}
"""


THREAD_LOCALS = r"""
#include <thread>
struct Local {
  ~Local() { for (int i = 0; i < 100; ++i) { int late = i; (void)late; } }
};
thread_local Local local;
int main() {
  for (int i = 0; i < 20; ++i) std::thread([] { (void)&local; }).join();
}
"""


SHORT_THREADS = harness.SESSION_FILES + r"""
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static void* work(void* n) { long seen = (long)n; return (void*)seen; }
int main(int argc, char** argv) {
  long count = atol(argv[1]), peak = 0;
  for (long i = 0; i < count; ++i) {
    pthread_t thread;
    if (pthread_create(&thread, 0, work, (void*)i)) return 1;
    pthread_join(thread, 0);
    if (i % 100 == 0) { long now = files(); if (now > peak) peak = now; }
  }
  char line[128];
  FILE* status = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, status)) {
    if (!strncmp(line, "VmHWM", 5)) printf("%ld %ld %s\n", peak, atol(line + 6), getenv("SCOPE_SESSION"));
  }
  return argc != 2;
}
"""


# Lets the collector catch up now and then: what waits for it is another matter.
FORKS = harness.SESSION_FILES + r"""
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char** argv) {
  for (int i = 0; i < atoi(argv[1]); ++i) {
    if (fork() == 0) _exit(work0(i) + work299(i) == 0);
    wait(0);
    while (i % 50 == 0 && files() > 20) usleep(1000);
  }
  return argc != 2;
}
"""


LOADER = r"""
#include <dlfcn.h>
#include <stdlib.h>
int main(int argc, char** argv) {
  for (int i = 0; i < atoi(argv[1]); ++i) {
    void* library = dlopen(argv[2 + i % (argc - 2)], RTLD_NOW);
    if (library == 0) return 1;
    int (*compute)(int) = (int (*)(int))dlsym(library, "Compute");
    compute(i);
    dlclose(library);
  }
  return 0;
}
"""


RAW_CLONE = r"""
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  int last = 0;
  for (int i = 0; i < 100000; ++i) last = i;
  if (syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) == 0) {
    for (int i = 0; i < 100000; ++i) last = 1000000 + i;
    syscall(SYS_exit_group, 0);
  }
  wait(0);
  for (int i = 0; i < 100000; ++i) last = 2000000 + i;
  return last == 0;
}
"""


STRICT = r"""
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
/* Everything but write and exit_group kills. */
static struct sock_filter filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 1, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
};
static struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
int main(void) {
  int inside = -1;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return 1;
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return 2;
  for (int i = 0; i < 1000; ++i) inside = i;
  if (write(1, "done\n", 5) != 5) inside = -2;
  syscall(SYS_exit_group, 7);
}
"""


DAEMON = r"""
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(void) {
  for (int fd = 0; fd < 1024; ++fd) close(fd);
  setsid();
  int last = 0;
  for (int i = 0; i < 300000; ++i) last = i;
  return last == 0;
}
"""


SIGNALS = r"""
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
static volatile long handled;
static void handler(int number) {
  long in_handler = handled;
  handled = in_handler + 1;
  (void)number;
}
int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  sigaction(SIGALRM, &action, 0);
  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGALRM;
  timer_t timer;
  struct itimerspec every = {{0, 50000}, {0, 50000}};
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &every, 0)) return 1;
  long in_main = 0;
  while (handled < 20000) in_main = in_main + 1;
  timer_delete(timer);
  printf("%ld %ld\n", handled, in_main);
  return 0;
}
"""


BURST = r"""
#include <stdio.h>
int main(void) {
  unsigned value = 0;
  for (unsigned i = 0; i < 2000000; ++i) value = value * 1664525u + 1013904223u;
  puts("unharmed");
  return value == 0;
}
"""


STOPS_COLLECTOR = r"""
#include <signal.h>
#include <unistd.h>
int main(void) {
  unsigned value = 0;
  if (kill(getppid(), SIGSTOP)) return 1;
  for (unsigned i = 0; i < 1000000; ++i) value = i;
  if (kill(getppid(), SIGCONT)) return 2;
  return value == 0;
}
"""


PRIVILEGED = r"""
#include <stdio.h>
#include <sys/auxv.h>
int main(void) {
  unsigned long secure = getauxval(AT_SECURE);
  printf("%lu\n", secure);
  return 0;
}
"""
