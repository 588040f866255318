#include "pipeline/clock_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace scope::pipeline {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ClockSourceTest : public ::testing::Test {
 protected:
  ClockSourceTest() {
    char path[] = "/tmp/scope-unit-XXXXXX";
    folder_ = mkdtemp(path);
  }
  ~ClockSourceTest() override { std::filesystem::remove_all(folder_); }

  void Offer(const char* names) {
    std::ofstream(folder_ + "/available_clocksource") << names << "\n";
  }

  std::string folder_;
};

TEST_F(ClockSourceTest, AnInvariantCounterThatTheKernelOffersIsTaken) {
  Offer("kvm-clock tsc acpi_pm");
  EXPECT_EQ(FindClockSource(true, folder_).source, kScopeClockSourceCounter);
  EXPECT_THAT(FindClockSource(true, folder_).why, IsEmpty());
}

TEST_F(ClockSourceTest, ACounterThatTheKernelFoundUnstableIsNot) {
  Offer("hpet acpi_pm");
  EXPECT_EQ(FindClockSource(true, folder_).source, kScopeClockSourceMonotonic);
  EXPECT_THAT(FindClockSource(true, folder_).why, HasSubstr("kernel"));
}

TEST_F(ClockSourceTest, ACounterThatIsNotInvariantIsNot) {
  Offer("tsc");
  EXPECT_EQ(FindClockSource(false, folder_).source, kScopeClockSourceMonotonic);
  EXPECT_THAT(FindClockSource(false, folder_).why, HasSubstr("invariant"));
}

TEST_F(ClockSourceTest, WhereTheKernelDoesNotSayTheProcessorDecides) {
  EXPECT_EQ(FindClockSource(true, folder_ + "/none").source, kScopeClockSourceCounter);
}

TEST_F(ClockSourceTest, WhoAsksGetsIt) {
  EXPECT_EQ(ChooseClockSource("monotonic")->source, kScopeClockSourceMonotonic);
  EXPECT_EQ(ChooseClockSource("counter")->source, kScopeClockSourceCounter);
  EXPECT_THAT(ChooseClockSource("sundial").status().message(), HasSubstr("'sundial'"));
}

}  // namespace
}  // namespace scope::pipeline
