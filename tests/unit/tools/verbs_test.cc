// Exit codes of the verbs, and that each says one line when something is wrong.

#include "tools/verbs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tools/plugin_arguments.h"

namespace scope::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

using VerbFunction = int (*)(const Words&);

class VerbsTest : public ::testing::Test {
 protected:
  int Run(VerbFunction verb, const Words& args) {
    CaptureStderr();
    CaptureStdout();
    const int exit_code = verb(args);
    output_ = GetCapturedStdout();
    errors_ = GetCapturedStderr();
    return exit_code;
  }

  bool SaidOneLine() const {
    return errors_.rfind("scope: ", 0) == 0 &&
           std::count(errors_.begin(), errors_.end(), '\n') == 1;
  }

  std::string output_, errors_;
};

TEST_F(VerbsTest, WrongUsageOfReadingVerbsIs2) {
  for (const VerbFunction verb : {Report, Replay, Vars, Info, Doctor}) {
    EXPECT_EQ(Run(verb, {"--no-such-option"}), 2);
    EXPECT_TRUE(SaidOneLine()) << errors_;
  }
  EXPECT_EQ(Run(Replay, {"--from", "soon"}), 2);
  EXPECT_THAT(errors_, HasSubstr("'soon'"));
}

TEST_F(VerbsTest, WrongUsageOfRecordingVerbsIs125) {
  for (const VerbFunction verb : {Record, tools::Run}) {
    EXPECT_EQ(Run(verb, {}), 125);
    EXPECT_EQ(Run(verb, {"--on-full", "sometimes", "--", "true"}), 125);
    EXPECT_TRUE(SaidOneLine()) << errors_;
    EXPECT_THAT(errors_, HasSubstr("'sometimes' is none of block, drop_newest, drop_oldest"));
  }
}

TEST_F(VerbsTest, ATraceThatIsNotThereIs1) {
  for (const VerbFunction verb : {Report, Replay, Vars, Info}) {
    EXPECT_EQ(Run(verb, {"-d", "/nonexistent/trace"}), 1);
    EXPECT_TRUE(SaidOneLine()) << errors_;
    EXPECT_THAT(errors_, HasSubstr("/nonexistent/trace"));
  }
}

TEST_F(VerbsTest, EveryVerbHasHelpOfOneScreenWithTwoExamples) {
  for (const VerbFunction verb :
       {CompileCxx, CompileC, Build, Record, tools::Run, Report, Replay, Vars, Info, Doctor}) {
    EXPECT_EQ(Run(verb, {"--help"}), 0);
    EXPECT_EQ(errors_, "");
    EXPECT_LE(std::count(output_.begin(), output_.end(), '\n'), 24) << output_;
    const size_t examples = output_.find("examples:\n");
    ASSERT_NE(examples, std::string::npos) << output_;
    EXPECT_NE(output_.find("\n  scope ", output_.find("\n  scope ", examples) + 1),
              std::string::npos)
        << output_;
  }
}

TEST_F(VerbsTest, ABinaryWithoutHooksFailsTheDoctor) {
  EXPECT_EQ(Run(Doctor, {"/bin/sh"}), 1);
  EXPECT_THAT(output_, HasSubstr("no instrumented code"));
  EXPECT_EQ(Run(Doctor, {"--json", "/nonexistent"}), 1);
  EXPECT_THAT(output_, HasSubstr("/nonexistent"));
}

TEST(PluginArgumentsTest, OwnOptionsGoToThePluginOthersStay) {
  std::vector<std::string> plugin, compiler;
  ASSERT_TRUE(SplitPluginArguments(
                  {"-O2", "--scope-level=all", "a b.cc", "--scope-config=x=y.toml", "--std=c++20"},
                  plugin, compiler)
                  .ok());
  EXPECT_THAT(plugin,
              ElementsAre("-fplugin-arg-scope-level=all", "-fplugin-arg-scope-config=x=y.toml"));
  EXPECT_THAT(compiler, ElementsAre("-O2", "a b.cc", "--std=c++20"));
}

TEST(PluginArgumentsTest, WrongOnesAreNamed) {
  std::vector<std::string> plugin, compiler;
  EXPECT_THAT(std::string(SplitPluginArguments({"--scope-levle=all"}, plugin, compiler).message()),
              HasSubstr("did you mean 'level'?"));
  const auto level = SplitPluginArguments({"--scope-level=some"}, plugin, compiler);
  for (const char* part : {"some", "functions", "values", "all"}) {
    EXPECT_THAT(std::string(level.message()), HasSubstr(part));
  }
  EXPECT_FALSE(SplitPluginArguments({"--scope-level"}, plugin, compiler).ok());
}

}  // namespace
}  // namespace scope::tools
