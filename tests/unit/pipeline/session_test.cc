#include "pipeline/session.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

#include <filesystem>

#include "pipeline/stale_sessions.h"

namespace scope::pipeline {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Session> MakeSession() {
  auto session = Session::Create(RecordOptions());
  EXPECT_TRUE(session.ok()) << session.status();
  return *std::move(session);
}

void MakeOld(const std::string& folder) {
  const utimbuf times = {.actime = 1'000'000'000, .modtime = 1'000'000'000};
  ASSERT_EQ(utime(folder.c_str(), &times), 0);
}

TEST(SessionTest, ItsFolderIsOursAloneAndGoesAway) {
  auto session = MakeSession();
  const std::string folder = session->folder();
  struct stat status;
  ASSERT_EQ(stat(folder.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  EXPECT_EQ(session->shared().magic, SCOPE_SESSION_MAGIC);
  session.reset();
  EXPECT_FALSE(fs::exists(folder));
}

TEST(SessionTest, ItsStateNeverGoesBack) {
  const auto session = MakeSession();
  session->SetState(kScopeSessionClosed);
  session->SetState(kScopeSessionStopped);
  EXPECT_EQ(session->shared().state, uint32_t{kScopeSessionClosed});
}

TEST(SessionTest, WhatAKilledCollectorLeftIsRemoved) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  const pid_t collector = fork();
  if (collector == 0) {
    const auto session = MakeSession();
    MakeOld(session->folder());
    if (write(fds[1], session->folder().c_str(), session->folder().size()) < 0) _exit(1);
    pause();
  }
  char text[256] = {};
  ASSERT_GT(read(fds[0], text, sizeof(text) - 1), 0);
  const std::string folder = text;
  RemoveStaleSessions();
  EXPECT_TRUE(fs::exists(folder));  // it lives
  kill(collector, SIGKILL);
  waitpid(collector, nullptr, 0);
  RemoveStaleSessions();
  EXPECT_FALSE(fs::exists(folder));
  close(fds[0]);
  close(fds[1]);
}

}  // namespace
}  // namespace scope::pipeline
