#include "tests/unit/runtime/fake_session.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "scope/node.h"

namespace scope::runtime {

std::vector<uint64_t> FakeRing::ValuesOf(uint64_t node_offset) const {
  std::vector<uint64_t> values;
  for (const PlainRecord& record : records) {
    if ((record.node_and_flags & SCOPE_HEAD_NODE) % 4096 == node_offset) {
      values.push_back(record.value);
    }
  }
  return values;
}

FakeSession::FakeSession(scope_on_full on_full, uint64_t ring_bytes, const Subject& subject)
    : subject_(subject) {
  char name[] = "/dev/shm/scope-test-XXXXXX";
  folder_ = mkdtemp(name);
  const int file = open((folder_ + "/control").c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
  EXPECT_EQ(ftruncate(file, sizeof(scope_session)), 0);
  close(file);
  shared_ = static_cast<scope_session*>(Map("control", sizeof(scope_session)));
  shared_->magic = SCOPE_SESSION_MAGIC;
  shared_->layout = SCOPE_SESSION_LAYOUT;
  shared_->state = kScopeSessionOpen;
  shared_->ring_bytes = ring_bytes;
  shared_->on_full = on_full;
  shared_->clock = kScopeClockExact;
  shared_->block_timeout_ms = 60'000;
  shared_->select_timeout_ms = 10'000;
  shared_->collector_pid = static_cast<uint32_t>(getpid());
}

FakeSession::~FakeSession() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

pid_t FakeSession::Start(const std::vector<std::string>& arguments) {
  std::vector<char*> argv = {const_cast<char*>(subject_.program)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    setenv(SCOPE_ENV_SESSION, folder_.c_str(), 1);
    setenv(SCOPE_ENV_RUNTIME, subject_.runtime, 1);
    execv(argv[0], argv.data());
    _exit(127);
  }
  return pid;
}

size_t FakeSession::Poll() {
  for (uint32_t n = 0; n < Load(shared_->ring_count); ++n) {
    if (rings_.contains(n)) continue;
    const std::string name = "ring-" + std::to_string(n);
    auto* header = static_cast<scope_ring_header*>(Map(name, sizeof(scope_ring_header)));
    if (header == nullptr || Load(header->state) == kScopeRingNew) {
      if (header != nullptr) munmap(header, sizeof(scope_ring_header));
      continue;
    }
    const uint64_t bytes = header->file_bytes;
    munmap(header, sizeof(scope_ring_header));
    header = static_cast<scope_ring_header*>(Map(name, bytes));
    rings_[n] = {header, std::make_unique<PlainReader>(header), {}};
  }
  size_t count = 0;
  for (auto& [n, ring] : rings_) {
    for (const PlainRecord& record : ring.reader->Read()) {
      ring.records.push_back(record);
      ++count;
    }
  }
  return count;
}

int FakeSession::DrainUntilExit(pid_t pid) {
  int status = 0;
  while (true) {
    const bool ended = waitpid(pid, &status, WNOHANG) == pid;
    const size_t count = Poll();
    if (ended) break;
    if (count == 0) usleep(100);
  }
  while (Poll() != 0) {
  }
  return status;
}

void FakeSession::DrainDead() {
  for (auto& [n, ring] : rings_) {
    while (ring.reader->SkipHole()) {
      ++ring.holes;
      for (const PlainRecord& record : ring.reader->Read()) ring.records.push_back(record);
    }
  }
}

void FakeSession::RunToEnd(const std::vector<std::string>& arguments) {
  const int status = DrainUntilExit(Start(arguments));
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "wait status " << status;
}

scope_process* FakeSession::Process(uint32_t number) {
  return static_cast<scope_process*>(
      Map("process-" + std::to_string(number), sizeof(scope_process)));
}

void* FakeSession::Map(const std::string& name, uint64_t bytes) {
  const int file = open((folder_ + "/" + name).c_str(), O_RDWR);
  struct stat info;
  if (file < 0 || fstat(file, &info) != 0 || static_cast<uint64_t>(info.st_size) < bytes) {
    if (file >= 0) close(file);
    return nullptr;
  }
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  return memory == MAP_FAILED ? nullptr : memory;
}

}  // namespace scope::runtime
