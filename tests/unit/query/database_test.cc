// SQL about traces that no program could be made to write: losses at chosen places, calls without
// exits, passes longer than one batch.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "scope/query.h"
#include "tests/unit/trace/made_trace.h"

namespace scope::query {
namespace {

using pipeline::MadeTrace;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Node numbers of two functions.
enum : uint32_t { kEnter, kExit, kInt, kDouble, kInnerEnter, kInnerExit, kInnerInt };

class DatabaseTest : public ::testing::Test {
 protected:
  DatabaseTest()
      : trace_({{{kScopeEventEnter},
                 {kScopeEventExit},
                 {kScopeEventInit, kScopeValueI32},
                 {kScopeEventAssign, kScopeValueF64}},
                {{kScopeEventEnter}, {kScopeEventExit}, {kScopeEventInit, kScopeValueU64}}}) {
    trace_.AddThread(0);
  }

  void Finish() {
    trace_.EndBlock();
    trace_.End();
    auto database = Database::Open(trace_.directory());
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
  }

  // Each row as text, its cells separated by blanks; the last is the error, if there is one.
  std::vector<std::string> Rows(absl::string_view sql) {
    std::vector<std::string> rows;
    auto statement = database_->Prepare(sql);
    if (!statement.ok()) return {std::string(statement.status().message())};
    while (true) {
      const auto more = statement->Step();
      if (!more.ok()) rows.emplace_back(more.status().message());
      if (!more.ok() || !*more) return rows;
      std::vector<std::string> cells;
      for (int i = 0; i < statement->column_count(); ++i) {
        const bool null = statement->Kind(i) == CellKind::kNull;
        cells.push_back(null ? "NULL" : std::string(statement->Text(i)));
      }
      rows.push_back(absl::StrJoin(cells, " "));
    }
  }

  MadeTrace trace_;
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, WhatIsNoTraceIsNotOpened) {
  EXPECT_EQ(Database::Open("/nonexistent").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(DatabaseTest, AnEmptyTraceHasTablesWithoutRows) {
  Finish();
  EXPECT_THAT(Rows("SELECT * FROM events"), IsEmpty());
  EXPECT_THAT(Rows("SELECT * FROM calls"), IsEmpty());
  EXPECT_THAT(Rows("SELECT count(*) FROM values"), ElementsAre("0"));
  EXPECT_THAT(Rows("SELECT * FROM state_at(5)"), IsEmpty());
  EXPECT_THAT(Rows("SELECT * FROM callers(5)"), IsEmpty());
  EXPECT_THAT(Rows("SELECT * FROM path(0, 9)"), IsEmpty());
}

TEST_F(DatabaseTest, CellsHaveKinds) {
  trace_.Add(kInt, static_cast<uint64_t>(-7));
  trace_.Add(kDouble, std::bit_cast<uint64_t>(0.25));
  trace_.Add(kDouble, std::bit_cast<uint64_t>(std::nan("")));
  trace_.Add(kInnerInt, ~uint64_t{0});
  Finish();
  absl::string_view sql = "SELECT value, text FROM values";
  auto statement = database_->Prepare(sql);
  ASSERT_TRUE(statement.ok());
  ASSERT_TRUE(*statement->Step());
  EXPECT_EQ(statement->Kind(0), CellKind::kInteger);
  EXPECT_EQ(statement->Integer(0), -7);
  ASSERT_TRUE(*statement->Step());
  EXPECT_EQ(statement->Kind(0), CellKind::kReal);
  EXPECT_EQ(statement->Real(0), 0.25);
  ASSERT_TRUE(*statement->Step());
  EXPECT_EQ(statement->Kind(0), CellKind::kNull);
  EXPECT_EQ(statement->Text(1), "nan");
  ASSERT_TRUE(*statement->Step());
  EXPECT_EQ(statement->Kind(0), CellKind::kReal);
  EXPECT_EQ(statement->Text(1), "18446744073709551615");
  EXPECT_FALSE(*statement->Step());
}

TEST_F(DatabaseTest, LossesStandWhereEventsAreMissing) {
  trace_.Add(kInt, 1);
  trace_.AddGap(5, kScopeGapDropped);
  trace_.Add(kInt, 2);
  trace_.AddGap(2, kScopeGapTorn);
  Finish();
  EXPECT_THAT(Rows("SELECT seq, thread, thread_seq, count, reason FROM losses"),
              ElementsAre("1 0 1 5 dropped", "2 0 7 2 torn"));
  EXPECT_THAT(Rows("SELECT count FROM losses WHERE seq > 1"), ElementsAre("2"));
  EXPECT_THAT(Rows("SELECT seq, thread_seq FROM events"), ElementsAre("0 0", "1 6"));
}

TEST_F(DatabaseTest, ACallWithoutExitHasNoEnd) {
  trace_.Add(kEnter, 2000);       // 0
  trace_.Add(kInnerEnter, 3000);  // 1: left by longjmp
  trace_.Add(kInt, 1);            // 2: in the outer one again
  trace_.Add(kInnerEnter, 4000);  // 3
  trace_.Add(kInnerExit, 5000);   // 4
  trace_.Add(kEnter, 6000);       // 5: open when the trace ends
  Finish();
  EXPECT_THAT(
      Rows("SELECT call, parent, depth, exit_seq, how FROM calls ORDER BY call"),
      ElementsAre("0 NULL 0 NULL NULL", "1 0 1 NULL NULL", "3 0 1 4 return", "5 0 1 NULL NULL"));
  for (const char* call : {"0", "1", "3", "5"}) {
    const std::string columns = "SELECT call, parent, exit_seq FROM calls ";
    EXPECT_EQ(Rows(absl::StrCat(columns, "WHERE call = ", call)),
              Rows(absl::StrCat(columns, "WHERE call + 0 = ", call)));
  }
  EXPECT_THAT(Rows("SELECT call FROM calls WHERE parent = 0 ORDER BY call"),
              ElementsAre("1", "3", "5"));
  EXPECT_THAT(Rows("SELECT call FROM callers(3)"), ElementsAre("0"));
}

TEST_F(DatabaseTest, PassesLongerThanABatchAreWhole) {
  constexpr int kTurns = 30'000;
  trace_.Add(kEnter, 2000);
  for (int i = 0; i < kTurns; ++i) {
    trace_.Add(kInt, static_cast<uint64_t>(i));
    trace_.Add(kInnerEnter, 2000);
    trace_.Add(kInnerInt, static_cast<uint64_t>(2 * i));
    trace_.Add(kInnerExit, 2000);
    if (i % 5000 == 4999) trace_.EndBlock(2000);
  }
  trace_.Add(kExit, 3000);
  Finish();
  EXPECT_THAT(Rows("SELECT count(*), sum(value) FROM values WHERE node = 2"),
              ElementsAre(absl::StrCat(kTurns, " ", int64_t{kTurns} * (kTurns - 1) / 2)));
  EXPECT_THAT(Rows("SELECT count(*), min(seq), max(seq) FROM events WHERE thread_seq >= 0"),
              ElementsAre(absl::StrCat(4 * kTurns + 2, " 0 ", 4 * kTurns + 1)));
  EXPECT_THAT(Rows("SELECT parent, count(*) FROM calls GROUP BY parent"),
              ElementsAre("NULL 1", absl::StrCat("0 ", kTurns)));
  // Passes inside of a pass, and one that is left early.
  EXPECT_THAT(
      Rows("SELECT a.value, (SELECT count(*) FROM events b WHERE b.seq < a.seq AND depth >= 0) "
           "FROM history(2) a WHERE a.seq > 4 LIMIT 2"),
      ElementsAre("1 5", "2 9"));
  // The caller is further away than the first look goes.
  const std::string last = Rows("SELECT max(call) FROM calls")[0];
  EXPECT_THAT(Rows(absl::StrCat("SELECT parent FROM calls WHERE call = ", last)), ElementsAre("0"));
  EXPECT_THAT(Rows(absl::StrCat("SELECT call FROM callers(", last, ")")), ElementsAre("0"));
}

TEST_F(DatabaseTest, StatementsAreTakenOffOneByOne) {
  Finish();
  absl::string_view sql =
      "SELECT 1 FROM values; /* values */ SELECT 'values', values.* FROM values;x";
  ASSERT_TRUE(database_->Prepare(sql).ok());
  EXPECT_EQ(sql, " /* values */ SELECT 'values', values.* FROM values;x");
  ASSERT_TRUE(database_->Prepare(sql).ok());
  EXPECT_EQ(sql, "x");
  const auto wrong = database_->Prepare(sql).status();
  EXPECT_EQ(wrong.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(wrong.message()), HasSubstr("syntax error"));
  sql = " -- nothing";
  EXPECT_EQ(database_->Prepare(sql).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(sql, "");
  sql = "CREATE TABLE t (a)";
  EXPECT_EQ(database_->Prepare(sql).status().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(DatabaseTest, AnInterruptEndsWhatRuns) {
  trace_.Add(kInt, 1);
  Finish();
  const absl::string_view endless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
  absl::string_view sql = endless;
  auto statement = database_->Prepare(sql);
  ASSERT_TRUE(*statement->Step());
  database_->Interrupt();
  EXPECT_EQ(statement->Step().status().code(), absl::StatusCode::kCancelled);
  database_->ClearInterrupt();
  EXPECT_THAT(Rows("SELECT count(*) FROM events WHERE depth >= 0"), ElementsAre("1"));
}

}  // namespace
}  // namespace scope::query
