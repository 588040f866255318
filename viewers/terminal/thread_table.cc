#include "viewers/terminal/thread_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/table.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {

std::string ThreadTable(const std::vector<trace::Thread>& threads, const Paint& paint) {
  constexpr auto kRight = Table::Align::kRight;
  // Only snapshots have it.
  const bool is_window = std::any_of(threads.begin(), threads.end(),
                                     [](const auto& thread) { return thread.not_kept > 0; });
  std::vector<Table::Column> columns = {
      {"thread", kRight},  {"process", kRight}, {"tid", kRight},     {"name"},
      {"emitted", kRight}, {"stored", kRight},  {"dropped", kRight}, {"torn", kRight}};
  if (is_window) columns.push_back({"not kept", kRight});
  columns.push_back({"waited", kRight});
  Table table(std::move(columns));
  for (const trace::Thread& thread : threads) {
    std::vector<std::string> cells = {absl::StrCat(thread.number), absl::StrCat(thread.process),
                                      absl::StrCat(thread.tid),    Printable(thread.name),
                                      CountText(thread.emitted),   CountText(thread.stored),
                                      CountText(thread.dropped),   CountText(thread.torn)};
    if (is_window) cells.push_back(CountText(thread.not_kept));
    cells.push_back(DurationText(static_cast<int64_t>(thread.blocked_ns)));
    table.Add(std::move(cells));
  }
  return table.Text(paint);
}

std::string ThreadsJson(const std::vector<trace::Thread>& threads) {
  JsonArray array;
  for (const trace::Thread& thread : threads) {
    array.Add(JsonObject()
                  .Number("thread", thread.number)
                  .Number("process", thread.process)
                  .Number("pid", thread.pid)
                  .Number("tid", thread.tid)
                  .Text("name", thread.name)
                  .Number("emitted", thread.emitted)
                  .Number("stored", thread.stored)
                  .Number("dropped", thread.dropped)
                  .Number("torn", thread.torn)
                  .Number("not_kept", thread.not_kept)
                  .Number("blocked_ns", thread.blocked_ns)
                  .Str());
  }
  return array.Str();
}

}  // namespace scope::viewers
