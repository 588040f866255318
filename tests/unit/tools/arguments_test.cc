#include "tools/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace scope::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

class ArgumentsTest : public ::testing::Test {
 protected:
  ArgumentsTest() {
    arguments_.Text("-d,--dir", "DIR", "the trace", &dir_);
    arguments_.List("-V,--variable", "GLOB", "variables", &globs_);
    arguments_.Flag("-q,--quiet", "say nothing", &quiet_);
    arguments_.Size("--ring", "of a ring", &ring_);
    arguments_.Count("--count", "events", &count_);
    arguments_.Example("scope verb -q", "quietly");
    arguments_.Example("scope verb -d x", "elsewhere");
  }

  // What Parse() says on stderr; the code it returns goes to `code_`.
  std::string Errors(const std::vector<std::string>& args) {
    CaptureStderr();
    code_ = arguments_.Parse(args);
    return GetCapturedStderr();
  }

  Arguments arguments_{"verb", "verb [OPTIONS] -- PROG", "Does it."};
  std::string dir_ = "scope.data";
  std::vector<std::string> globs_, command_;
  bool quiet_ = false;
  uint64_t ring_ = 0;
  std::optional<uint64_t> count_;
  std::optional<std::string> name_;
  std::optional<int> code_;
};

TEST_F(ArgumentsTest, AllSpellings) {
  arguments_.Positional(&name_);
  EXPECT_EQ(arguments_.Parse(
                {"-dx", "-V", "a*", "--variable=b", "total", "-q", "--ring=64K", "--count", "7"}),
            std::nullopt);
  EXPECT_EQ(dir_, "x");
  EXPECT_THAT(globs_, ElementsAre("a*", "b"));
  EXPECT_TRUE(quiet_);
  EXPECT_EQ(ring_, 65536u);
  EXPECT_EQ(count_, 7u);
  EXPECT_EQ(name_, "total");
}

TEST_F(ArgumentsTest, ACommandKeepsItsOwnOptions) {
  arguments_.Command(&command_);
  EXPECT_EQ(arguments_.Parse({"-V", "x", "--", "./demo", "-q", "--", "--ring"}), std::nullopt);
  EXPECT_THAT(command_, ElementsAre("./demo", "-q", "--", "--ring"));
  EXPECT_FALSE(quiet_);
}

TEST_F(ArgumentsTest, ACommandNeedsNoDashes) {
  arguments_.Command(&command_);
  EXPECT_EQ(arguments_.Parse({"-d", "here", "./demo", "--count", "x"}), std::nullopt);
  EXPECT_THAT(command_, ElementsAre("./demo", "--count", "x"));
  EXPECT_EQ(dir_, "here");
}

TEST_F(ArgumentsTest, AnUnknownOptionNamesTheNearest) {
  const std::string errors = Errors({"--cuont", "3"});
  EXPECT_EQ(code_, 2);
  EXPECT_EQ(
      errors,
      "scope: verb: there is no option '--cuont'; did you mean '--count'? ('scope verb --help' "
      "says more)\n");
}

TEST_F(ArgumentsTest, AnUnknownOptionInFrontOfACommand) {
  arguments_.Command(&command_);
  arguments_.UsageExitCode(125);
  EXPECT_THAT(Errors({"--rnig", "1M", "--", "true"}),
              HasSubstr("'--rnig'; did you mean '--ring'?"));
  EXPECT_EQ(code_, 125);
}

TEST_F(ArgumentsTest, WrongValuesNameOptionAndValue) {
  EXPECT_THAT(Errors({"--ring", "lots"}), HasSubstr("--ring: 'lots' is no size"));
  EXPECT_EQ(code_, 2);
  EXPECT_THAT(Errors({"--count", "-3"}), HasSubstr("--count"));
  EXPECT_EQ(code_, 2);
  EXPECT_THAT(Errors({"-d"}), HasSubstr("scope: verb: "));
  EXPECT_EQ(code_, 2);
}

TEST_F(ArgumentsTest, WordsThatHaveNoPlace) {
  EXPECT_THAT(Errors({"stray"}), HasSubstr("'stray'"));
  arguments_.Positional(&name_);
  EXPECT_THAT(Errors({"one", "two"}), HasSubstr("'two'"));
}

TEST_F(ArgumentsTest, ControlCharactersInArgumentsAreNotRepeated) {
  const std::string errors = Errors({"--\x1b[2J"});
  EXPECT_EQ(errors.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1);
}

TEST_F(ArgumentsTest, HelpIsOneScreenOnStdout) {
  CaptureStdout();
  EXPECT_EQ(arguments_.Parse({"--help", "--nonsense"}), 0);
  const std::string help = GetCapturedStdout();
  EXPECT_EQ(help,
            "usage: scope verb [OPTIONS] -- PROG\n"
            "Does it.\n"
            "\n"
            "  -d, --dir DIR        the trace\n"
            "  -V, --variable GLOB  variables\n"
            "  -q, --quiet          say nothing\n"
            "      --ring SIZE      of a ring\n"
            "      --count N        events\n"
            "\n"
            "examples:\n"
            "  scope verb -q\n"
            "      quietly\n"
            "  scope verb -d x\n"
            "      elsewhere\n");
}

}  // namespace
}  // namespace scope::tools
