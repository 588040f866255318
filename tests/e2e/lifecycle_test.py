"""Programs that begin, end and change in unusual ways: every event counts.

usage: lifecycle_test.py [unittest options]
"""
import os
import pathlib
import subprocess
import unittest

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

SHORT_THREADS = r"""
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static void* work(void* n) { long seen = (long)n; return (void*)seen; }
__attribute__((annotate("scope_off"))) static long files(void) {
  long count = 0;
  DIR* folder = opendir(getenv("SCOPE_SESSION"));
  while (folder && readdir(folder)) ++count;
  if (folder) closedir(folder);
  return count;
}
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

LIBRARY = 'extern "C" int Compute(int n) { int %s = n * 3; return %s; }\n'
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

# The program itself stops the collector, its parent, and lets it go on at its end.
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


class LifecycleTest(harness.ScopeTest):
    def assert_all_stored(self):
        sums = self.assert_balanced()
        self.assertEqual((sums["dropped"], sums["torn"]), (0, 0))
        self.assertGreater(sums["stored"], 0)

    def test_code_before_and_after_main_is_recorded(self):
        self.record(self.compile(self.write("moments.cc", EARLY_AND_LATE), "-O1"))
        self.assertEqual(self.values("noted"), [1, 2, 3, 5, 8, 9, 10])
        self.assert_all_stored()

    def end(self, how, code, threads):
        program = self.compile(self.write("ends.c", ENDS), "-O2", "-pthread")
        done = self.record(program, how, options=["-V", "last"], check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(len(self.values("last")), 1001 * threads)
        self.assert_all_stored()

    def test_every_way_to_end(self):
        for how, code, pieces in (("_exit", 3, 1), ("quick_exit", 3, 2), ("abort", 134, 1),
                                  ("segv", 139, 1), ("exec", 3, 2), ("cancel", 0, 2),
                                  ("pthread_exit", 0, 2)):
            with self.subTest(how):
                self.end(how, code, pieces)

    def test_children_of_every_kind(self):
        self.record(self.compile(self.write("children.c", CHILDREN), "-O2"), options=["-V", "last"])
        self.assertEqual(len(self.values("last")), 4 * 1001)
        self.assertEqual(len({thread["pid"] for thread in self.info()["threads"]}), 4)
        self.assert_all_stored()

    def test_a_child_of_the_bare_system_call_spoils_nothing(self):
        self.record(self.compile(self.write("raw.c", RAW_CLONE), "-O2"),
                    options=["-V", "last", "--ring", "16K"])
        self.assertEqual(self.assert_balanced()["stored"], 300001)
        self.assertEqual(len(self.info()["threads"]), 2)
        self.assert_all_stored()

    def test_destructors_of_thread_locals_report(self):
        self.record(self.compile(self.write("locals.cc", THREAD_LOCALS), "-O2", "-pthread"))
        self.assertEqual(self.values("late"), list(range(100)) * 20)
        self.assert_all_stored()

    def short_threads(self, program, count):
        """Returns the most files, the program's and the collector's peak of memory in KiB."""
        report = self.folder / "usage"
        done = harness.run("python3", "-c", MEASURE, report, harness.SCOPE, "record", "-q", "-d",
                           self.trace, "--ring", "16K", "-V", "seen", "--", program, count)
        info = self.info()
        self.assertEqual(len(info["threads"]), count)
        sums = self.assert_balanced(info)
        self.assertEqual((sums["stored"], sums["dropped"], sums["torn"]), (count, 0, 0))
        files, program_kib, session = done.stdout.decode().split()
        self.assertFalse(pathlib.Path(session).exists())
        return int(files), int(program_kib), int(report.read_text())

    def test_many_short_threads_cost_what_few_cost(self):
        program = self.compile(self.write("short.c", SHORT_THREADS), "-O2", "-pthread")
        few = self.short_threads(program, 10_000)
        many = self.short_threads(program, 100_000)
        for files, _, _ in (few, many):
            self.assertLess(files, 5000)
        self.assertLess(many[1], few[1] + 4096, "KiB of the program")
        # What stays of a thread is its row in the totals: less than 1 KiB.
        self.assertLess(many[2], few[2] + 90_000, "KiB of the collector")

    def library(self, name):
        source = self.write(f"{name}.cc", LIBRARY % (name, name))
        path = self.folder / f"lib{name}.so"
        harness.run(harness.SCOPE, "c++", "-O2", "-shared", "-fPIC", "-Wl,--build-id", source,
                    "-o", path)
        return path

    def load(self, *names, options=()):
        program = self.compile(self.write("loader.c", LOADER), "-O2")
        self.record(program, "1000", *map(self.library, names), options=options)
        for at, name in enumerate(names):
            self.assertEqual(self.values(name), [3 * i for i in range(at, 1000, len(names))])
        self.assert_all_stored()
        if len(names) == 1:
            self.assertLess(len(self.info()["modules"]), 4)

    def test_a_library_is_loaded_a_thousand_times(self):
        self.load("tripled")

    def test_a_library_is_loaded_a_thousand_times_while_nodes_are_selected(self):
        self.load("tripled", options=["-V", "tripled"])

    def test_libraries_that_take_turns_at_the_same_place_are_told_apart(self):
        self.load("tripled", "trebled")

    def test_a_filter_that_allows_only_write_and_exit(self):
        done = self.record(self.compile(self.write("strict.c", STRICT), "-O2"), check=False)
        self.assertEqual((done.returncode, done.stdout), (7, b"done\n"), done.stderr)
        self.assertEqual(self.values("inside"), [-1, *range(1000)])

    def test_a_daemon_that_closes_every_file(self):
        self.record(self.compile(self.write("daemon.c", DAEMON), "-O2"),
                    options=["-V", "last", "--ring", "16K"])
        self.assertEqual(self.assert_balanced()["stored"], 300001)
        self.assert_all_stored()

    def test_signals_at_20_khz(self):
        done = self.record(self.compile(self.write("signals.c", SIGNALS), "-O2"),
                           options=["-V", "in_handler", "-V", "in_main"])
        handled, in_main = map(int, done.stdout.split())
        out = harness.run(harness.SCOPE, "vars", "-d", self.trace, "--json", "in_handler",
                          "in_main", check=False)
        sums = self.assert_balanced()
        self.assertEqual((sums["dropped"], sums["torn"]), (0, 0), out.stderr)
        # Each variable is set once more, at its declaration, in main.
        self.assertEqual(sums["stored"], handled + in_main + 1)

    def test_a_stopped_collector_is_waited_for_once_and_then_the_loss_is_counted(self):
        done = self.record(self.compile(self.write("stops.c", STOPS_COLLECTOR), "-O2"),
                           options=["-V", "value", "--ring", "16K", "--block-timeout", "50ms"],
                           check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        sums = self.assert_balanced()
        self.assertEqual((sums["emitted"], sums["torn"]), (1000001, 0))
        self.assertGreater(sums["dropped"], 900000)
        self.assertGreater(self.info()["threads"][0]["blocked_ns"], 0)
        # What was taken before is the beginning, without a hole.
        first = [event["value"] for event in self.events("--count", "100")]
        self.assertEqual(first, [0, *range(99)])

    def test_a_privileged_program_ignores_the_environment(self):
        program = self.compile(self.write("privileged.c", PRIVILEGED), "-O2")
        self.folder.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(program, 65534, -1)
            program.chmod(0o4755)
        if harness.run(program).stdout != b"1\n":
            self.skipTest("programs cannot be given another user here")
        done = self.record(program, check=False)
        self.assertEqual(done.stdout, b"1\n", done.stderr)
        self.assertEqual(self.info()["threads"], [])

    def in_namespace(self, script, *arguments):
        return subprocess.run(["unshare", "-m", "sh", "-ec", script, "sh", *map(str, arguments)],
                              capture_output=True, timeout=120)

    def test_a_tiny_shared_memory_harms_no_program(self):
        program = self.compile(self.write("burst.c", BURST), "-O2")
        done = self.in_namespace(
            'mount -t tmpfs -o size=256k tmpfs /dev/shm; exec "$@"', harness.SCOPE, "record", "-d",
            self.trace, "-V", "value", "--", program)
        if b"unshare" in done.stderr:
            self.skipTest("mount namespaces are not allowed here")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"unharmed", done.stdout)
        self.assertIn(b"/dev/shm", done.stderr)

    def test_a_program_with_a_shared_memory_of_its_own_runs_unrecorded(self):
        program = self.compile(self.write("burst.c", BURST), "-O2")
        done = self.record("unshare", "-m", "sh", "-ec",
                           'mount -t tmpfs tmpfs /dev/shm; exec "$1"', "sh", program, check=False)
        if b"unshare" in done.stderr:
            self.skipTest("mount namespaces are not allowed here")
        self.assertEqual((done.returncode, done.stdout), (0, b"unharmed\n"), done.stderr)


MEASURE = r"""
import os, sys
pid = os.spawnvp(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
peak = 0
while True:
    try:
        with open(f"/proc/{pid}/status") as status:
            peak = max([peak] + [int(line.split()[1]) for line in status if line.startswith("VmHWM")])
    except OSError:
        pass
    done, code = os.waitpid(pid, os.WNOHANG)
    if done:
        break
    import time; time.sleep(0.01)
open(sys.argv[1], "w").write(str(peak))
sys.exit(os.waitstatus_to_exitcode(code))
"""


if __name__ == "__main__":
    unittest.main()
