#include "pipeline/trace_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/trace/made_trace.h"

namespace scope::pipeline {
namespace {

namespace fs = std::filesystem;

class TraceFolderTest : public ::testing::Test {
 protected:
  void MakeTrace(const std::string& path) {
    fs::create_directory(path);
    ASSERT_TRUE(TraceFile::Create(path + "/" SCOPE_TRACE_FILE).ok());
  }
  Folder folder_;
  std::string path_ = folder_.path() + "/scope.data";
};

TEST_F(TraceFolderTest, ATraceMovesAsideOnce) {
  MakeTrace(path_);
  std::ofstream(path_ + "/mark") << "first";
  ASSERT_TRUE(PrepareTraceFolder(path_ + "/").ok());
  EXPECT_TRUE(fs::is_empty(path_));
  EXPECT_TRUE(fs::exists(path_ + ".old/mark"));
  MakeTrace(path_);
  ASSERT_TRUE(PrepareTraceFolder(path_).ok());
  EXPECT_FALSE(fs::exists(path_ + ".old/mark"));
}

TEST_F(TraceFolderTest, SomethingElseIsNotTouched) {
  fs::create_directory(path_);
  std::ofstream(path_ + "/precious") << "x";
  EXPECT_EQ(PrepareTraceFolder(path_).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(fs::exists(path_ + "/precious"));
  EXPECT_EQ(PrepareTraceFolder(path_ + "/precious").code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(TraceFolderTest, SomethingElseThatIsCalledOldIsNotTouched) {
  MakeTrace(path_);
  fs::create_directory(path_ + ".old");
  std::ofstream(path_ + ".old/precious") << "x";
  EXPECT_EQ(PrepareTraceFolder(path_).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(fs::exists(path_ + ".old/precious"));
}

}  // namespace
}  // namespace scope::pipeline
