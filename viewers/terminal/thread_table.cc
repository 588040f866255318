#include "viewers/terminal/thread_table.h"

#include "absl/strings/str_cat.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/table.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {

std::string ThreadTable(const std::vector<trace::Thread>& threads, const Paint& paint) {
  constexpr auto kRight = Table::Align::kRight;
  Table table({{"thread", kRight},
               {"process", kRight},
               {"tid", kRight},
               {"name"},
               {"emitted", kRight},
               {"stored", kRight},
               {"dropped", kRight},
               {"torn", kRight},
               {"not kept", kRight},
               {"waited", kRight}});
  for (const trace::Thread& thread : threads) {
    table.Add({absl::StrCat(thread.number), absl::StrCat(thread.process), absl::StrCat(thread.tid),
               Printable(thread.name), CountText(thread.emitted), CountText(thread.stored),
               CountText(thread.dropped), CountText(thread.torn), CountText(thread.not_kept),
               DurationText(static_cast<int64_t>(thread.blocked_ns))});
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
