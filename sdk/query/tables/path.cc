// path(from_seq, to_seq): the way that each thread took through the program between two moments.

#include <vector>

#include "scope/trace/event_words.h"
#include "sdk/query/event_scan.h"
#include "sdk/query/sequence_argument.h"
#include "sdk/query/tables/functions.h"

namespace scope::query {
namespace {

enum PathColumn {
  kSeq,
  kTime,
  kThread,
  kDepth,
  kStep,
  kFunction,
  kName,
  kFile,
  kLine,
  kCall,
  kFrom,
  kTo,
};

class PathCursor final : public Cursor {
 public:
  explicit PathCursor(Source& source) : source_(source) {}

  absl::Status Begin(const Plan& plan) override {
    ScanRequest request;
    for (const Constraint& constraint : plan.constraints) {
      const auto seq = SequenceOf(constraint.values[0], "path(from_seq, to_seq)");
      if (!seq.ok()) return seq.status();
      (constraint.column == kFrom ? request.first_seq : request.last_seq) = *seq;
    }
    places_.assign(source_.trace().threads().size(), {});
    scan_ = std::make_unique<EventScan>(source_, std::move(request));
    return Next();
  }

  absl::Status Next() override {
    do {
      const auto event = scan_->Next();
      if (!event.ok()) return event.status();
      event_ = *event;
    } while (event_ != nullptr && !IsStep());
    return absl::OkStatus();
  }
  bool AtEnd() const override { return event_ == nullptr; }
  int64_t RowId() const override { return static_cast<int64_t>(event_->seq); }

  void Column(int column, Cell& cell) override {
    const trace::Event& event = *event_;
    const trace::Node& node = source_.node(event.node->number);
    switch (column) {
      case kSeq:
        return cell.Unsigned(event.seq);
      case kTime:
        return cell.Integer(event.time_ns);
      case kThread:
        return cell.Integer(event.thread);
      case kDepth:
        return cell.Integer(event.depth);
      case kStep:
        return cell.Text(IsTurn(node) ? trace::KindWord(node.kind) : "line");
      case kFunction:
        return cell.Integer(source_.catalog().FunctionOf(node.number));
      case kName:
        return cell.LastingText(node.function->name);
      case kFile:
        return cell.TextOrNull(node.file);
      case kLine:
        return node.line == 0 ? cell.Null() : cell.Integer(node.line);
      case kCall:
        return cell.NumberOr(event.call, trace::kNoCall);
      default:
        return cell.Null();
    }
  }

 private:
  struct Place {
    uint64_t call = trace::kNoCall;
    uint32_t line = 0;
    const std::string* file = nullptr;
  };

  // Where a thread goes into a call, or out of one.
  static bool IsTurn(const trace::Node& node) {
    return SCOPE_HAS_STAMP(node.kind) || node.kind == kScopeEventThrow ||
           node.kind == kScopeEventCatch;
  }

  // A turn, or the first event of a line since the last one of another line or call.
  bool IsStep() {
    const trace::Node& node = source_.node(event_->node->number);
    if (event_->thread >= places_.size()) places_.resize(event_->thread + size_t{1});
    Place& place = places_[event_->thread];
    if (IsTurn(node)) {
      place = {};
      return true;
    }
    if (node.line == 0) return false;
    const bool same = place.call == event_->call && place.line == node.line &&
                      place.file != nullptr && *place.file == node.file;
    place = {event_->call, node.line, &node.file};
    return !same;
  }

  Source& source_;
  std::unique_ptr<EventScan> scan_;
  const trace::Event* event_ = nullptr;
  std::vector<Place> places_;  // by thread
};

class PathTable final : public Table {
 public:
  explicit PathTable(Source& source)
      : Table({"path",
               "path(from_seq, to_seq): calls entered and left, and lines reached, between the two",
               {{"seq", "INTEGER", "of the first event there"},
                {"time_ns", "INTEGER", "since the recording began"},
                {"thread", "INTEGER", "number of the thread, see threads"},
                {"depth", "INTEGER", "calls around it in its thread"},
                {"step", "TEXT", "enter, exit, suspend, resume, throw, catch, or line"},
                {"function", "INTEGER", "number of the function, see functions"},
                {"name", "TEXT", "of the function"},
                {"file", "TEXT", "where it is; NULL: not known"},
                {"line", "INTEGER", "where it is; NULL: not known"},
                {"call", "INTEGER", "see calls"},
                {"from_seq", "INTEGER", "the first moment", true},
                {"to_seq", "INTEGER", "the last one, included", true}}}),
        source_(source) {}

  bool Ascends(int column) const override { return column == kSeq; }
  std::unique_ptr<Cursor> Open() const override { return std::make_unique<PathCursor>(source_); }

 private:
  Source& source_;
};

}  // namespace

std::unique_ptr<Table> MakePath(Source& source) { return std::make_unique<PathTable>(source); }

}  // namespace scope::query
