#include "viewers/terminal/trace_info_text.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "scope/wire/ring.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/loss_text.h"
#include "viewers/terminal/meter_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/table.h"
#include "viewers/terminal/thread_table.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

std::string OnFullWord(int on_full) {
  switch (on_full) {
    case kScopeOnFullBlock:
      return "block";
    case kScopeOnFullDropNewest:
      return "drop_newest";
    case kScopeOnFullDropOldest:
      return "drop_oldest";
  }
  return absl::StrCat(on_full);
}

std::string CommandText(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) {
    const bool plain = !word.empty() && word.find_first_of(" \t\n\"'\\$*?[]()<>|&;") == word.npos;
    absl::StrAppend(&text, text.empty() ? "" : " ", plain ? word : absl::StrCat("'", word, "'"));
  }
  return Printable(text);
}

std::string BinaryTable(const trace::TraceReader& reader, const Paint& paint) {
  Table table({{"nodes", Table::Align::kRight},
               {"build-id", Table::Align::kLeft, 16},
               {"binary"},
               {"note", Table::Align::kLeft, 100}});
  for (const trace::Module& module : reader.modules()) {
    table.Add({CountText(module.node_count), module.build_id.empty() ? "none" : module.build_id,
               Printable(module.path), Printable(module.note)});
  }
  return table.Text(paint);
}

std::string ModulesJson(const trace::TraceReader& reader) {
  JsonArray array;
  for (const trace::Module& module : reader.modules()) {
    array.Add(JsonObject()
                  .Number("module", module.number)
                  .Number("process", module.process)
                  .Text("path", module.path)
                  .Text("build_id", module.build_id)
                  .Number("nodes", module.node_count)
                  .Text("note", module.note)
                  .Str());
  }
  return array.Str();
}

std::string ProcessesJson(const trace::TraceReader& reader) {
  JsonArray array;
  for (const trace::Process& process : reader.processes()) {
    array.Add(JsonObject()
                  .Number("process", process.number)
                  .Number("pid", process.pid)
                  .Number("parent_pid", process.parent_pid)
                  .Text("executable", process.executable)
                  .Str());
  }
  return array.Str();
}

std::string StringsJson(const std::vector<std::string>& strings) {
  JsonArray array;
  for (const std::string& text : strings) array.Add(JsonString(text));
  return array.Str();
}

// Which window, and why it was written.
std::string SnapshotText(const trace::TraceInfo& info) {
  return absl::StrCat("number ", info.snapshot, " of a window of ", Printable(info.keep), "; ",
                      Printable(info.cause));
}

std::string NotKeptText(const std::vector<trace::Thread>& threads) {
  uint64_t not_kept = 0;
  for (const trace::Thread& thread : threads) not_kept += thread.not_kept;
  return not_kept == 0 ? "" : absl::StrCat("; ", CountText(not_kept), " before it were not kept");
}

}  // namespace

std::string TraceInfoText(const trace::TraceReader& reader, const Paint& paint) {
  const trace::TraceInfo& info = reader.info();
  const std::string cut_off = CutOffText(info);
  const std::string started = absl::FormatTime(
      "%Y-%m-%d %H:%M:%S %z", absl::FromUnixNanos(info.started_unix_ns), absl::LocalTimeZone());
  Table facts({{""}, {"", Table::Align::kLeft, 200}});
  facts.Add({"trace", absl::StrCat(Printable(info.directory), ", ", BytesText(info.file_bytes),
                                   ", scope ", Printable(info.version))});
  facts.Add({"command", CommandText(info.command)});
  facts.Add(
      {"ran in", absl::StrCat(Printable(info.working_directory), " on ", Printable(info.host))});
  facts.Add({"started", absl::StrCat(started, ", took ", DurationText(info.recorded_ns))});
  facts.Add({"events", absl::StrCat(CountText(info.event_count), ", ",
                                    LossText(info, trace::LossesOf(reader.threads())),
                                    NotKeptText(reader.threads()))});
  facts.Add({"options", absl::StrCat("--on-full ", OnFullWord(info.on_full), " --ring ",
                                     SizeArgument(info.ring_bytes), " --clock ",
                                     ClockWord(info.clock), ClockSourceText(info.clock_source))});
  if (!info.selection.empty()) facts.Add({"selection", CommandText(info.selection)});
  if (info.snapshot != 0) facts.Add({"snapshot", SnapshotText(info)});
  facts.Add({"whole", !cut_off.empty() ? absl::StrCat("no: ", cut_off)
                      : info.running   ? "yes, the program went on"
                      : info.exit_code < 0
                          ? "yes, the program has ended, nobody knows how"
                          : absl::StrCat("yes, the program ended with ", info.exit_code)});
  return absl::StrCat(facts.Text(paint), "\n", BinaryTable(reader, paint), "\n",
                      ThreadTable(reader.threads(), paint), MeterTable(reader, paint));
}

std::string TraceInfoJson(const trace::TraceReader& reader) {
  const trace::TraceInfo& info = reader.info();
  return JsonObject()
             .Text("directory", info.directory)
             .Text("version", info.version)
             .Raw("command", StringsJson(info.command))
             .Raw("selection", StringsJson(info.selection))
             .Text("working_directory", info.working_directory)
             .Text("host", info.host)
             .Number("started_unix_ns", info.started_unix_ns)
             .Number("recorded_ns", info.recorded_ns)
             .Text("on_full", OnFullWord(info.on_full))
             .Text("clock", ClockWord(info.clock))
             .Text("clock_source", ClockSourceWord(info.clock_source))
             .Number("ring_bytes", info.ring_bytes)
             .Number("bytes", info.file_bytes)
             .Number("blocks", info.block_count)
             .Number("events", info.event_count)
             .Number("lost", LostEvents(info, trace::LossesOf(reader.threads())))
             .Number("dropped_without_ring", info.dropped_without_ring)
             .Bool("complete", info.complete)
             .Bool("running", info.running)
             .Number("snapshot", info.snapshot)
             .Text("keep", info.keep)
             .Text("cause", info.cause)
             .Bool("limit_reached", info.limit_reached)
             .Text("failure", info.failure)
             .Text("damage", info.damage)
             .Number("exit_code", info.exit_code)
             .Number("nodes", reader.nodes().size())
             .Raw("modules", ModulesJson(reader))
             .Raw("processes", ProcessesJson(reader))
             .Raw("threads", ThreadsJson(reader.threads()))
             .Raw("meters", MetersJson(reader))
             .Str() +
         "\n";
}

}  // namespace scope::viewers
