// scope query: SQL over a trace.

#include "scope/query.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/output.h"
#include "tools/query_advice.h"
#include "tools/say.h"
#include "tools/terminal.h"
#include "tools/trace_arguments.h"
#include "tools/verbs.h"
#include "viewers/terminal/query_rows.h"
#include "viewers/terminal/units.h"

namespace scope::tools {
namespace {

constexpr size_t kWide = 1 << 20;  // for programs nothing is cut off

query::Database* g_database = nullptr;

void InterruptQuery(int) { g_database->Interrupt(); }

// Without SA_RESTART: at the prompt it ends the session.
void CatchInterrupt() {
  struct sigaction action = {};
  action.sa_handler = InterruptQuery;
  sigaction(SIGINT, &action, nullptr);
}

// A line on stderr about how far a long query has come, until the first row is there.
class QueryProgress {
 public:
  explicit QueryProgress(const query::Database& database) : database_(database) {
    if (IsTerminal(STDERR_FILENO)) thread_ = std::thread([this] { Run(); });
  }
  ~QueryProgress() { Stop(); }

  void Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  void Run() {
    const auto begin = std::chrono::steady_clock::now();
    bool shown = false;
    while (!stop_) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      const auto elapsed = std::chrono::steady_clock::now() - begin;
      if (stop_ || elapsed < std::chrono::seconds(1)) continue;
      shown = true;
      fprintf(stderr, "\r\x1b[Kscope: %.1f s, %s read; Ctrl-C ends it",
              std::chrono::duration<double>(elapsed).count(),
              viewers::CountText(database_.progress().events, "event").c_str());
    }
    if (shown) fputs("\r\x1b[K", stderr);
  }

  const query::Database& database_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

struct QueryOptions {
  bool schema = false;
  bool stats = false;
  viewers::RowStyle style;
};

class Session {
 public:
  Session(query::Database& database, const QueryOptions& options, Output::Paging paging)
      : database_(database), options_(options), paging_(paging) {}

  // Every statement of `sql`, up to the first that does not work.
  int Run(absl::string_view sql) {
    while (!done_) {
      database_.ClearInterrupt();
      auto statement = database_.Prepare(sql);
      if (absl::IsFailedPrecondition(statement.status())) {
        if (sql.empty()) break;
        continue;
      }
      if (!statement.ok()) return Failed(kExitUsage, statement.status());
      if (const int exit_code = Show(*statement); exit_code != kExitOk) return exit_code;
    }
    return kExitOk;
  }

  bool done() const { return done_; }  // nobody reads any more

  // What was written is on its way.
  int EndAnswer(int exit_code) {
    if (!output_) return exit_code;
    exit_code = output_->Finish(exit_code);
    output_.reset();
    return exit_code;
  }

 private:
  int Show(query::Statement& statement) {
    const uint64_t events_before = database_.progress().events;
    QueryProgress progress(database_);
    const auto sink = [&](absl::string_view text) {
      progress.Stop();
      if (!output_) Open();
      done_ = !output_->Write(text);
      return !done_;
    };
    viewers::RowStyle style = options_.style;
    style.paint = PaintFor(STDOUT_FILENO);
    const auto rows = viewers::ShowRows(statement, style, sink);
    progress.Stop();
    if (!rows.ok()) return Failed(kExitFailure, rows.status());
    if (options_.stats) {
      Say(absl::StrCat("rows: ", *rows,
                       ", events read: ", database_.progress().events - events_before, " of ",
                       database_.reader().info().event_count));
    }
    return kExitOk;
  }

  void Open() {
    output_.emplace(paging_);
    CatchInterrupt();  // The pager has taken it.
  }

  int Failed(int exit_code, const absl::Status& status) {
    if (absl::IsCancelled(status)) return Fail(kExitInterrupted, "interrupted");
    return Fail(exit_code, QueryAdvice(database_, status));
  }

  query::Database& database_;
  const QueryOptions& options_;
  Output::Paging paging_;
  std::optional<Output> output_;
  bool done_ = false;
};

// Statement by statement from stdin. On a terminal the session outlives a mistake.
int RunFromStdin(Session& session) {
  const bool terminal = IsTerminal(STDIN_FILENO);
  std::string sql;
  std::string line;
  const auto prompt = [&] {
    if (terminal) fputs(sql.empty() ? "scope> " : "   ...> ", stderr);
  };
  for (prompt(); std::getline(std::cin, line); prompt()) {
    absl::StrAppend(&sql, line, "\n");
    if (!query::IsComplete(sql)) continue;
    int exit_code = session.Run(std::exchange(sql, ""));
    exit_code = session.EndAnswer(exit_code);
    if ((exit_code != kExitOk && !terminal) || session.done()) return exit_code;
  }
  if (terminal) fputs("\n", stderr);
  return session.Run(sql);
}

absl::Status ParseFormat(const std::string& text, viewers::RowFormat* format) {
  if (text == "table") {
    *format = viewers::RowFormat::kTable;
  } else if (text == "csv") {
    *format = viewers::RowFormat::kCsv;
  } else if (text == "json") {
    *format = viewers::RowFormat::kJson;
  } else {
    return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not table, csv or json"));
  }
  return absl::OkStatus();
}

int ShowSchema(const query::Database& database, viewers::RowFormat format) {
  Output output(format == viewers::RowFormat::kTable ? Output::Paging::kOnTerminal
                                                     : Output::Paging::kNever);
  output.Write(format == viewers::RowFormat::kTable
                   ? viewers::SchemaText(database.tables(), output.paint())
                   : viewers::SchemaJson(database.tables()));
  return output.Finish(kExitOk);
}

}  // namespace

int Query(const Words& args) {
  TraceArguments trace;
  QueryOptions options;
  std::optional<std::string> sql;
  Arguments arguments(
      "query", "query [SQL] [OPTIONS]",
      "SQL over a trace. Without SQL: statements from stdin.\n"
      "Tables: events, calls, values, nodes, functions, types, threads, processes,\n"
      "losses, metrics, and one for each declared event type; history(node),\n"
      "pyramid(node, buckets), state_at(seq), callers(call), path(from_seq, to_seq).");
  trace.Declare(arguments);
  arguments.Value("--format", "FORMAT", "table, csv or json", [&](const std::string& text) {
    return ParseFormat(text, &options.style.format);
  });
  arguments.Flag("--schema", "the tables and their columns", &options.schema);
  arguments.Flag("--stats", "how many events each statement had to read, on stderr",
                 &options.stats);
  arguments.Positional(&sql);
  arguments.Example("scope query 'SELECT name, calls FROM functions ORDER BY calls DESC LIMIT 5'",
                    "the functions that were called most");
  arguments.Example("scope query \"SELECT seq, value FROM history('total@demo.cc:11')\" --json",
                    "for a program");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (trace.json) options.style.format = viewers::RowFormat::kJson;

  auto reader = trace.Open();
  if (reader == nullptr) return kExitFailure;
  const auto database = query::Database::Open(std::move(reader));
  if (!database.ok()) return Fail(kExitFailure, database.status().message());
  if (options.schema) return ShowSchema(**database, options.style.format);

  const bool pages = sql && options.style.format == viewers::RowFormat::kTable;
  if (!IsTerminal(STDOUT_FILENO)) options.style.cell_width_max = kWide;
  g_database = database->get();
  CatchInterrupt();
  Session session(**database, options,
                  pages ? Output::Paging::kOnTerminal : Output::Paging::kNever);
  const int exit_code = session.EndAnswer(sql ? session.Run(*sql) : RunFromStdin(session));
  signal(SIGINT, SIG_DFL);
  trace.SayDamage((*database)->reader());
  return exit_code;
}

}  // namespace scope::tools
