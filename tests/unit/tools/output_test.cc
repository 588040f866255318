// Standard output that somebody stops reading, and one that cannot be written.

#include "tools/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace scope::tools {
namespace {

// Standard output is `fd` until the end of the test.
class OutputTest : public ::testing::Test {
 protected:
  void Redirect(int fd) {
    std::fflush(stdout);
    saved_ = dup(1);
    dup2(fd, 1);
    close(fd);
  }
  void Restore() {
    if (saved_ < 0) return;
    dup2(saved_, 1);
    close(saved_);
    saved_ = -1;
  }
  void TearDown() override { Restore(); }

  int saved_ = -1;
};

TEST_F(OutputTest, EverythingArrivesInOrder) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  Redirect(fds[1]);
  {
    Output output(Output::Paging::kOnTerminal);  // A pipe is no terminal: no pager, no colour.
    EXPECT_FALSE(output.paint().on);
    EXPECT_TRUE(output.Write("one\n"));
    EXPECT_TRUE(output.sink()("two\n"));
    EXPECT_EQ(output.Finish(5), 5);
  }
  Restore();
  char text[64] = {};
  EXPECT_EQ(read(fds[0], text, sizeof(text)), 8);
  EXPECT_STREQ(text, "one\ntwo\n");
  close(fds[0]);
}

TEST_F(OutputTest, AReaderThatLeftEndsItQuietly) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  close(fds[0]);
  Redirect(fds[1]);
  testing::internal::CaptureStderr();
  Output output(Output::Paging::kNever);
  bool more = true;
  for (int i = 0; i < 100 && more; ++i) more = output.Write(std::string(4096, 'x'));
  EXPECT_FALSE(more);
  EXPECT_EQ(output.Finish(0), 0);
  Restore();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(OutputTest, AFullDiskIsSaidAndFails) {
  const int full = open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  Redirect(full);
  testing::internal::CaptureStderr();
  Output output(Output::Paging::kNever);
  output.Write("x");
  EXPECT_EQ(output.Finish(0), 1);
  Restore();
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "scope: cannot write the output: No space left on device\n");
}

}  // namespace
}  // namespace scope::tools
