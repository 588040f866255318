#include "pipeline/child.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace scope::pipeline {
namespace {

int RunToEnd(const std::vector<std::string>& command, int signal_number = 0) {
  SignalsForChild signals;
  auto path = FindCommand(command[0]);
  if (!path.ok()) return -1;
  auto child = Child::Start(*path, command, {{"SCOPE_TEST", "1"}});
  if (!child.ok()) return -2;
  signals.SetChild(child->pid());
  if (signal_number != 0) {
    usleep(50'000);
    raise(signal_number);
  }
  while (!child->HasEnded()) usleep(1000);
  return child->exit_code();
}

TEST(ChildTest, ExitCodesAreThoseOfShells) {
  EXPECT_EQ(RunToEnd({"sh", "-c", "exit 7"}), 7);
  EXPECT_EQ(RunToEnd({"sh", "-c", "kill -9 $$"}), 128 + 9);
  EXPECT_EQ(RunToEnd({"sh", "-c", "exit $SCOPE_TEST"}), 1);
}

TEST(ChildTest, SignalsReachTheChild) {
  EXPECT_EQ(RunToEnd({"sleep", "20"}, SIGTERM), 128 + SIGTERM);
  EXPECT_EQ(RunToEnd({"sleep", "20"}, SIGINT), 128 + SIGINT);
}

TEST(ChildTest, AChildDiesOfAClosedPipeAsEver) {
  EXPECT_EQ(RunToEnd({"sh", "-c", "kill -PIPE $$"}), 128 + SIGPIPE);
}

TEST(ChildTest, CommandsThatCannotBeRun) {
  EXPECT_EQ(FindCommand("no-such-command-here").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(FindCommand("/no/such").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(FindCommand("/etc/passwd").status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(FindCommand("/tmp").status().code(), absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace scope::pipeline
