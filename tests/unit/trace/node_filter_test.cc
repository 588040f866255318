#include "scope/trace/node_filter.h"

#include <gtest/gtest.h>

namespace scope::trace {
namespace {

class NodeFilterTest : public ::testing::Test {
 protected:
  static bool Wants(const NodeFilter& filter, const std::string& function, scope_event_kind kind,
                    const std::string& name = "") {
    Function owner;
    owner.name = function;
    Node node;
    node.function = &owner;
    node.kind = kind;
    node.name = name;
    return filter.Wants(node);
  }
};

TEST_F(NodeFilterTest, FunctionsByQualifiedOrPlainName) {
  const NodeFilter filter({"parse*", "ns::*::run"}, {});
  EXPECT_TRUE(Wants(filter, "ns::Parser::parse_line", kScopeEventEnter));
  EXPECT_TRUE(Wants(filter, "ns::A::run", kScopeEventLoop));
  EXPECT_FALSE(Wants(filter, "other::run", kScopeEventEnter));
  EXPECT_TRUE(Wants(filter, "parse", kScopeEventInit, "x"));
}

TEST_F(NodeFilterTest, PlainNamesOfTemplatesAndOperators) {
  EXPECT_TRUE(Wants(NodeFilter({"get"}, {}), "ns::Map<a::b, c::d>::get", kScopeEventEnter));
  EXPECT_TRUE(Wants(NodeFilter({"operator->"}, {}), "ns::P::operator->", kScopeEventEnter));
  EXPECT_FALSE(Wants(NodeFilter({"b"}, {}), "ns::Map<a::b>::get", kScopeEventEnter));
}

TEST_F(NodeFilterTest, VariablesAloneAreOnlyTheirValues) {
  const NodeFilter filter({}, {"x"});
  EXPECT_TRUE(Wants(filter, "f", kScopeEventAssign, "x"));
  EXPECT_TRUE(Wants(filter, "f", kScopeEventParam, "x"));
  EXPECT_FALSE(Wants(filter, "f", kScopeEventAssign, "y"));
  EXPECT_FALSE(Wants(filter, "f", kScopeEventEnter));
  EXPECT_FALSE(Wants(filter, "f", kScopeEventBranch, "x"));
}

TEST_F(NodeFilterTest, BothMustMatchAndCallsStay) {
  const NodeFilter filter({"f"}, {"x"});
  EXPECT_TRUE(Wants(filter, "f", kScopeEventAssign, "x"));
  EXPECT_FALSE(Wants(filter, "g", kScopeEventAssign, "x"));
  EXPECT_FALSE(Wants(filter, "f", kScopeEventAssign, "y"));
  EXPECT_TRUE(Wants(filter, "f", kScopeEventEnter));
  EXPECT_TRUE(Wants(filter, "f", kScopeEventExit));
  EXPECT_FALSE(Wants(filter, "g", kScopeEventEnter));
  EXPECT_FALSE(Wants(filter, "f", kScopeEventLoop));
}

TEST_F(NodeFilterTest, QualifiedAndPlainNames) {
  Function function;
  function.name = "db::Table::insert";
  EXPECT_TRUE(MatchesFunction("insert", function));
  EXPECT_TRUE(MatchesFunction("db::*", function));
  EXPECT_TRUE(MatchesFunction("ins*", function));
  EXPECT_FALSE(MatchesFunction("Table", function));
}

TEST_F(NodeFilterTest, ExclusionsLeaveOut) {
  const NodeFilter no_step({"!step"}, {});
  EXPECT_TRUE(Wants(no_step, "main", kScopeEventEnter));
  EXPECT_FALSE(Wants(no_step, "step", kScopeEventInit, "y"));
  const NodeFilter no_y({"*", "!main"}, {"!y"});
  EXPECT_TRUE(Wants(no_y, "step", kScopeEventParam, "k"));
  EXPECT_FALSE(Wants(no_y, "step", kScopeEventInit, "y"));
  EXPECT_TRUE(Wants(no_y, "step", kScopeEventExit));
  EXPECT_FALSE(Wants(no_y, "main", kScopeEventEnter));
}

}  // namespace
}  // namespace scope::trace
