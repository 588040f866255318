"""The Nth call in the store's write path fails, for all N: the trace stays readable, and what is not in it is said.

Prints for each fault at how many calls it was tried, and how many events were lost without being counted, stored
twice, or could not be read.

usage: store_faults_test.py [unittest options]
"""
import json
import os
import unittest

import harness

COUNT = r"""
#include <stdio.h>
int main(void) {
  unsigned value = 0;
  for (unsigned i = 0; i < 150000; ++i) value = value * 1664525u + 1013904223u;
  printf("%u\n", value);
  return 7;
}
"""

# In front of the C library, for the one file that holds the trace.
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static _Atomic long calls;
static _Atomic int trace = -1;

static void Count(void) {
  char text[32];
  const int bytes = snprintf(text, sizeof(text), "%ld", (long)calls);
  const int out = (int)syscall(257, AT_FDCWD, getenv("FAULT_CALLS"), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (write(out, text, (size_t)bytes) != bytes) _exit(99);
  close(out);
}

/* True for the call that fails; with "FAULT_ON" for that one and all that follow. */
static int Fails(void) {
  const long number = ++calls;
  const long at = atol(getenv("FAULT_AT"));
  Count();
  return number == at || (getenv("FAULT_ON") != NULL && number > at);
}
static int Error(void) { return atoi(getenv("FAULT_ERROR")); }

int open(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const int mode = va_arg(list, int);
  va_end(list);
  const size_t length = strlen(path);
  const int is_trace = length > 12 && strcmp(path + length - 12, "events.scope") == 0 && (flags & O_CREAT);
  if (is_trace && Error() != EINTR && Error() != 0 && Fails()) { errno = Error(); return -1; }
  const int made = (int)syscall(257, AT_FDCWD, path, flags, mode);
  if (is_trace) trace = made;
  return made;
}
int open64(const char*, int, ...) __attribute__((alias("open")));

ssize_t writev(int fd, const struct iovec* parts, int count) {
  static ssize_t (*real)(int, const struct iovec*, int);
  if (real == NULL) real = (ssize_t(*)(int, const struct iovec*, int))dlsym(RTLD_NEXT, "writev");
  if (fd != trace || !Fails()) return real(fd, parts, count);
  if (Error() != 0) {
    /* Some of it may have been written. */
    if (Error() != EINTR && parts[0].iov_len > 5 && write(fd, parts[0].iov_base, 5) != 5) _exit(98);
    errno = Error();
    return -1;
  }
  const struct iovec some = {parts[0].iov_base, parts[0].iov_len > 7 ? 7 : parts[0].iov_len};
  return real(fd, &some, 1);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  return fd == trace ? 0 : real(fd); /* Nothing is lost by it here, and disks are slow. */
}
"""

# Name, errno (0: the write is short), whether the calls behind it fail as well.
FAULTS = (("full disk", 28, True), ("EIO", 5, True), ("EIO once", 5, False), ("short write", 0, False),
          ("EINTR", 4, False), ("EMFILE", 24, True))


class StoreFaultsTest(harness.ScopeTest):
    def setUp(self):
        super().setUp()
        self.program = self.compile(self.write("count.c", COUNT), "-O2")
        self.shim = self.folder / "shim.so"
        harness.run("clang-19", "-shared", "-fPIC", "-O1", "-w", self.write("shim.c", SHIM), "-o", self.shim,
                    "-ldl")
        self.calls = self.folder / "calls"

    def recorded(self, error, at, on):
        """What `scope record` did while call number `at` failed."""
        self.calls.write_text("0")
        # Only the collector has the shim: the program gets the environment that it would have.
        environment = os.environ | {"LD_PRELOAD": str(self.shim), "FAULT_AT": str(at),
                                    "FAULT_ERROR": str(error), "FAULT_CALLS": str(self.calls)}
        if on:
            environment["FAULT_ON"] = "1"
        return harness.run(harness.SCOPE, "record", "-d", self.trace, "--", "env", "-u", "LD_PRELOAD", self.program,
                           check=False, env=environment)

    def test_every_call_fails_once(self):
        reference = self.recorded(0, 1 << 40, False)
        self.assertEqual(reference.returncode, 7, reference)
        emitted = self.assert_balanced()["emitted"]
        self.assertGreaterEqual(emitted, 150000)
        for name, error, on in FAULTS:
            at, unsaid, repeated, unreadable, stored_all = 0, 0, 0, 0, 0
            while True:
                at += 1
                done = self.recorded(error, at, on)
                if int(self.calls.read_text()) < at:
                    break
                if done.returncode == 125:  # It could not even be made: nothing has run.
                    self.assertLessEqual(at, 0 if error in (0, 4) else 2, done)
                    self.assertIn(b"events.scope", done.stderr)
                    continue
                self.assertEqual((done.returncode, done.stdout), (7, reference.stdout), (name, at, done))
                found = harness.run(harness.SCOPE, "info", "--verify", "--json", "-d", self.trace, check=False)
                info = harness.run(harness.SCOPE, "info", "--json", "-d", self.trace, check=False)
                if not found.stdout or json.loads(found.stdout)["bad"] or not info.stdout:
                    # The very first block could not be written: there is no trace, and that was said.
                    self.assertIn(b"events.scope", done.stderr, (name, at))
                    unreadable += bool(found.stdout and json.loads(found.stdout)["events"])
                    continue
                info = json.loads(info.stdout)
                sums = self.assert_balanced(info)
                missing = emitted - sums["stored"] - sums["dropped"] - sums["torn"] - info["dropped_without_ring"]
                # A trace without its end says so; one with it has counted everything.
                unsaid += max(0, missing) if info["complete"] else 0
                repeated += max(0, -missing)
                stored_all += sums["stored"] == emitted
                if error in (0, 4):
                    self.assertEqual(sums["stored"], emitted, (name, at))
                elif not on and sums["stored"] == emitted:
                    self.assertEqual(info["events"], emitted)
            self.assertGreater(at, 3, name)
            print(f"{name}: failed at each of {at - 1} calls; lost unsaid {unsaid}, repeated {repeated}, "
                  f"unreadable {unreadable}; {stored_all} times every event was stored")
            self.assertEqual((unsaid, repeated, unreadable), (0, 0, 0), name)


if __name__ == "__main__":
    unittest.main()
