#include "sdk/query/tables/losses.h"

#include "scope/trace/event_words.h"
#include "sdk/query/bounds.h"
#include "sdk/query/event_scan.h"

namespace scope::query {
namespace {

enum LossColumn { kSeq, kThread, kThreadSeq, kTimeNs, kCount, kReason };

class LossesCursor final : public Cursor {
 public:
  explicit LossesCursor(Source& source) : source_(source) {}

  absl::Status Begin(const Plan& plan) override {
    ScanRequest request;
    request.nodes = NodeSet(source_.trace().nodes().size());
    request.gaps = true;
    const Bounds bounds = BoundsOf(plan, kSeq);
    request.first_seq = bounds.first;
    request.last_seq = bounds.last;
    // Those without a thread have no place in the sequence.
    at_end_ = !plan.constraints.empty() || source_.trace().info().dropped_without_ring == 0;
    scan_ = std::make_unique<EventScan>(source_, std::move(request));
    return Next();
  }
  absl::Status Next() override {
    if (scan_ == nullptr) {
      at_end_ = true;
      return absl::OkStatus();
    }
    const auto event = scan_->Next();
    if (!event.ok()) return event.status();
    gap_ = *event;
    if (gap_ == nullptr) scan_.reset();
    return absl::OkStatus();
  }
  bool AtEnd() const override { return gap_ == nullptr && at_end_; }
  int64_t RowId() const override {
    if (gap_ == nullptr) return -1;
    return static_cast<int64_t>(uint64_t{gap_->thread} << 40 | gap_->thread_seq);
  }

  void Column(int column, Cell& cell) override {
    if (gap_ == nullptr) {
      if (column == kCount) return cell.Unsigned(source_.trace().info().dropped_without_ring);
      if (column == kReason) return cell.Text("no_ring");
      return cell.Null();
    }
    switch (column) {
      case kSeq:
        return cell.Unsigned(gap_->seq);
      case kThread:
        return cell.Integer(gap_->thread);
      case kThreadSeq:
        return cell.Unsigned(gap_->thread_seq);
      case kTimeNs:
        return cell.Integer(gap_->time_ns);
      case kCount:
        return cell.Unsigned(gap_->gap_count);
      case kReason:
        return cell.Text(trace::GapWord(gap_->gap_reason));
      default:
        return cell.Null();
    }
  }

 private:
  Source& source_;
  std::unique_ptr<EventScan> scan_;
  const trace::Event* gap_ = nullptr;  // null: of those without a thread
  bool at_end_ = false;
};

class LossesTable final : public Table {
 public:
  explicit LossesTable(Source& source)
      : Table({"losses",
               "where events are missing, how many and why",
               {{"seq", "INTEGER", "of the event that follows"},
                {"thread", "INTEGER", "that lost them; NULL: threads that got no ring"},
                {"thread_seq", "INTEGER", "of the first that is missing"},
                {"time_ns", "INTEGER", "since the recording began"},
                {"count", "INTEGER", "how many records"},
                {"reason", "TEXT", "dropped, torn, not_kept, no_ring"}}}),
        source_(source) {}

  bool Takes(int column, Op /*op*/) const override { return column == kSeq; }
  double RowCount() const override { return 100; }
  std::unique_ptr<Cursor> Open() const override { return std::make_unique<LossesCursor>(source_); }

 private:
  Source& source_;
};

}  // namespace

std::unique_ptr<Table> MakeLosses(Source& source) { return std::make_unique<LossesTable>(source); }

}  // namespace scope::query
