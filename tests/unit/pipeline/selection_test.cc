#include "pipeline/selection.h"

#include <gtest/gtest.h>

namespace scope::pipeline {
namespace {

class SelectionTest : public ::testing::Test {
 protected:
  static bool Wants(const Selection& selection, const std::string& function, scope_event_kind kind,
                    const std::string& name = "") {
    trace::Function owner;
    owner.name = function;
    trace::Node node;
    node.function = &owner;
    node.kind = kind;
    node.name = name;
    return selection.Wants(node);
  }
};

TEST_F(SelectionTest, FunctionsByQualifiedOrPlainName) {
  const Selection selection({"parse*", "ns::*::run"}, {});
  EXPECT_TRUE(Wants(selection, "ns::Parser::parse_line", kScopeEventEnter));
  EXPECT_TRUE(Wants(selection, "ns::A::run", kScopeEventLoop));
  EXPECT_FALSE(Wants(selection, "other::run", kScopeEventEnter));
  EXPECT_TRUE(Wants(selection, "parse", kScopeEventInit, "x"));
}

TEST_F(SelectionTest, PlainNamesOfTemplatesAndOperators) {
  EXPECT_TRUE(Wants(Selection({"get"}, {}), "ns::Map<a::b, c::d>::get", kScopeEventEnter));
  EXPECT_TRUE(Wants(Selection({"operator->"}, {}), "ns::P::operator->", kScopeEventEnter));
  EXPECT_FALSE(Wants(Selection({"b"}, {}), "ns::Map<a::b>::get", kScopeEventEnter));
}

TEST_F(SelectionTest, VariablesAloneAreOnlyTheirValues) {
  const Selection selection({}, {"x"});
  EXPECT_TRUE(Wants(selection, "f", kScopeEventAssign, "x"));
  EXPECT_TRUE(Wants(selection, "f", kScopeEventParam, "x"));
  EXPECT_FALSE(Wants(selection, "f", kScopeEventAssign, "y"));
  EXPECT_FALSE(Wants(selection, "f", kScopeEventEnter));
  EXPECT_FALSE(Wants(selection, "f", kScopeEventBranch, "x"));
}

TEST_F(SelectionTest, BothMustMatchAndCallsStay) {
  const Selection selection({"f"}, {"x"});
  EXPECT_TRUE(Wants(selection, "f", kScopeEventAssign, "x"));
  EXPECT_FALSE(Wants(selection, "g", kScopeEventAssign, "x"));
  EXPECT_FALSE(Wants(selection, "f", kScopeEventAssign, "y"));
  EXPECT_TRUE(Wants(selection, "f", kScopeEventEnter));
  EXPECT_TRUE(Wants(selection, "f", kScopeEventExit));
  EXPECT_FALSE(Wants(selection, "g", kScopeEventEnter));
  EXPECT_FALSE(Wants(selection, "f", kScopeEventLoop));
}

}  // namespace
}  // namespace scope::pipeline
