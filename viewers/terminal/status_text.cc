#include "viewers/terminal/status_text.h"

#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/table.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

struct MetricFacts {
  const char* name;
  bool is_counter;
  const char* what;
};

constexpr bool kCounter = true;
constexpr bool kGauge = false;
constexpr MetricFacts kMetrics[] = {
#define SCOPE_METRIC_FACTS(id, name, kind, what) {name, k##kind, what},
    SCOPE_METRICS(SCOPE_METRIC_FACTS)
#undef SCOPE_METRIC_FACTS
};

uint64_t Since(const CollectorStatus& status, scope_metric metric) {
  return status.now[metric] - status.before[metric];
}

std::string RateText(const CollectorStatus& status, scope_metric metric) {
  const uint64_t ns = Since(status, kScopeMetricElapsed);
  const double rate = ns == 0 ? 0 : 1e9 * static_cast<double>(Since(status, metric)) / ns;
  return absl::StrCat(CountText(static_cast<uint64_t>(rate)), "/s");
}

std::vector<std::string> StageRow(const CollectorStatus& status, const char* stage,
                                  scope_metric busy, std::string state) {
  const uint64_t records = Since(status, kScopeMetricRecords);
  const uint64_t busy_ns = Since(status, busy);
  return {stage, PercentText(busy_ns, Since(status, kScopeMetricElapsed)),
          records == 0 ? "" : absl::StrFormat("%.1f ns", static_cast<double>(busy_ns) / records),
          std::move(state)};
}

std::string StageTable(const CollectorStatus& status, const Paint& paint) {
  constexpr auto kRight = Table::Align::kRight;
  Table table({{"stage"}, {"busy", kRight}, {"per record", kRight}, {"", Table::Align::kLeft, 90}});
  const MetricValues& now = status.now;
  table.Add(StageRow(status, "drain", kScopeMetricDrainBusy,
                     absl::StrCat(CountText(now[kScopeMetricRings], "ring"), ", ",
                                  CountText(now[kScopeMetricRounds], "look"), ", ",
                                  CountText(now[kScopeMetricEmptyRounds]), " found nothing")));
  table.Add(StageRow(
      status, "encode", kScopeMetricEncodeBusy,
      absl::StrCat(now[kScopeMetricLeasesEncode], " in hand, ", now[kScopeMetricEncodeRetries],
                   " began again, ", now[kScopeMetricQuarantined], " put aside")));
  table.Add(StageRow(status, "store", kScopeMetricStoreBusy,
                     absl::StrCat(now[kScopeMetricLeasesStore], " in hand, ",
                                  BytesText(now[kScopeMetricTraceBytes]), " of ",
                                  CountText(now[kScopeMetricBatches]),
                                  now[kScopeMetricBatches] == 1 ? " batch" : " batches")));
  return table.Text(paint);
}

// What Prometheus lets be in a label's value.
std::string Label(const std::string& text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}});
}

std::string Sample(const CollectorStatus& status, size_t metric, const std::string& name) {
  const bool is_time = absl::EndsWith(kMetrics[metric].name, "_ns");
  const uint64_t value = status.now[metric];
  return absl::StrCat(
      name, "{session=\"", Label(status.session), "\",program=\"", Label(status.program), "\"} ",
      is_time ? absl::StrFormat("%d.%09d", value / 1'000'000'000, value % 1'000'000'000)
              : absl::StrCat(value),
      "\n");
}

}  // namespace

std::string StatusText(const CollectorStatus& status, const Paint& paint) {
  const MetricValues& now = status.now;
  const uint64_t lost =
      now[kScopeMetricDropped] + now[kScopeMetricTorn] + now[kScopeMetricDroppedWithoutRing];
  const std::string lost_text = absl::StrCat(CountText(lost), " lost");
  std::string text = absl::StrCat(
      status.program.empty() ? "a program that has not joined yet" : Printable(status.program),
      status.pids.empty() ? "" : absl::StrCat(", process ", absl::StrJoin(status.pids, ", ")),
      ", for ", DurationText(static_cast<int64_t>(now[kScopeMetricElapsed])), ", into ",
      status.directory.empty() ? "memory" : Printable(status.directory), "\n");
  absl::StrAppend(
      &text, "  ", CountText(now[kScopeMetricEvents], "event"), " stored, ",
      RateText(status, kScopeMetricEvents), ", ", lost > 0 ? paint.Warn(lost_text) : lost_text,
      now[kScopeMetricSkipped] == 0
          ? ""
          : absl::StrCat(", ", CountText(now[kScopeMetricSkipped]), " left out by rule"),
      "; threads waited ", DurationText(static_cast<int64_t>(now[kScopeMetricWriterWait])), "\n",
      "  ", CountText(now[kScopeMetricThreads], "thread"), " of ",
      now[kScopeMetricProcesses] == 1
          ? std::string("1 process")
          : absl::StrCat(CountText(now[kScopeMetricProcesses]), " processes"),
      " so far; collector ", status.collector_pid, ": ",
      PercentText(Since(status, kScopeMetricCpu), Since(status, kScopeMetricElapsed)),
      " of a processor, ", BytesText(now[kScopeMetricMemory]), " at most\n\n",
      StageTable(status, paint));
  return text;
}

std::string MetricsJson(const MetricValues& values) {
  JsonObject object;
  for (size_t i = 0; i < values.size(); ++i) object.Number(kMetrics[i].name, values[i]);
  return object.Str();
}

std::string StatusJson(const CollectorStatus& status) {
  JsonArray pids;
  for (const uint32_t pid : status.pids) pids.Add(absl::StrCat(pid));
  return JsonObject()
             .Text("session", status.session)
             .Text("program", status.program)
             .Text("directory", status.directory)
             .Number("collector", status.collector_pid)
             .Raw("processes", pids.Str())
             .Raw("metrics", MetricsJson(status.now))
             .Str() +
         "\n";
}

std::string PrometheusText(absl::Span<const CollectorStatus> recordings) {
  std::string text;
  for (size_t i = 0; i < kScopeMetricCount; ++i) {
    const MetricFacts& facts = kMetrics[i];
    const bool is_time = absl::EndsWith(facts.name, "_ns");
    const std::string name =
        absl::StrCat("scope_", absl::StripSuffix(facts.name, "_ns"), is_time ? "_seconds" : "",
                     facts.is_counter ? "_total" : "");
    absl::StrAppend(&text, "# HELP ", name, " ", facts.what, "\n# TYPE ", name, " ",
                    facts.is_counter ? "counter" : "gauge", "\n");
    for (const CollectorStatus& status : recordings) {
      absl::StrAppend(&text, Sample(status, i, name));
    }
  }
  return text;
}

}  // namespace scope::viewers
