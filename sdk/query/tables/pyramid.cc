// pyramid(node, buckets): a node's values in few rows, with every spike.

#include "absl/strings/str_cat.h"
#include "scope/trace/history.h"
#include "sdk/query/node_argument.h"
#include "sdk/query/tables/functions.h"
#include "sdk/query/tables/row_table.h"

namespace scope::query {
namespace {

constexpr int64_t kBucketsMax = 1'000'000;

struct BucketRow {
  uint32_t node = 0;
  size_t number = 0;
  trace::Bucket bucket;
};

absl::StatusOr<std::vector<BucketRow>> Buckets(Source& source,
                                               const std::vector<Value>& arguments) {
  const auto nodes = NodesOf(source, arguments[0]);
  if (!nodes.ok()) return nodes.status();
  const auto* buckets = std::get_if<int64_t>(&arguments[1]);
  if (buckets == nullptr || *buckets < 1 || *buckets > kBucketsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("pyramid(node, buckets): buckets is a number from 1 to ", kBucketsMax));
  }
  const auto reader = source.TakeReader();
  if (!reader.ok()) return reader.status();
  std::vector<BucketRow> rows;
  absl::Status status;
  for (const uint32_t node : *nodes) {
    const auto made = (*reader)->Pyramid(node, static_cast<size_t>(*buckets), {});
    if (!made.ok()) {
      status = made.status();
      break;
    }
    for (size_t i = 0; i < made->size(); ++i) rows.push_back({node, i, (*made)[i]});
  }
  source.GiveBack(*reader);
  if (!status.ok()) return status;
  return rows;
}

void SetBucket(const Source& source, const BucketRow& row, int column, Cell& cell) {
  const trace::Bucket& bucket = row.bucket;
  // Wide values have no order that their first bytes could show.
  const auto value = [&](uint64_t bits) {
    trace::Event event;
    event.node = &source.node(row.node);
    event.bits = bits;
    SCOPE_IS_WIDE(event.node->value_type) ? cell.Null() : cell.Value(event);
  };
  switch (column) {
    case 0:
      return cell.Integer(row.node);
    case 1:
      return cell.Unsigned(row.number);
    case 2:
      return cell.Unsigned(bucket.first_seq);
    case 3:
      return cell.Unsigned(bucket.last_seq);
    case 4:
      return cell.Integer(bucket.first_time_ns);
    case 5:
      return cell.Integer(bucket.last_time_ns);
    case 6:
      return cell.Unsigned(bucket.count);
    case 7:
      return value(bucket.min);
    case 8:
      return value(bucket.max);
    case 9:
      return value(bucket.first);
    case 10:
      return value(bucket.last);
    default:
      return cell.Null();
  }
}

}  // namespace

std::unique_ptr<Table> MakePyramid(Source& source) {
  return std::make_unique<RowTable<BucketRow>>(
      TableInfo{"pyramid",
                "pyramid(node, buckets): a node's values in at most so many rows, with every spike",
                {{"node", "INTEGER", "number of the node, see nodes"},
                 {"bucket", "INTEGER", "from 0, for each node"},
                 {"first_seq", "INTEGER", "of its first value"},
                 {"last_seq", "INTEGER", "of its last value"},
                 {"first_time_ns", "INTEGER", "of its first value"},
                 {"last_time_ns", "INTEGER", "of its last value"},
                 {"count", "INTEGER", "how many values"},
                 {"min", "", "the smallest"},
                 {"max", "", "the largest"},
                 {"first", "", "the first"},
                 {"last", "", "the last"},
                 {"of", "", "a node's number or id, or NAME[@FILE[:LINE]]", true},
                 {"buckets", "INTEGER", "at most so many rows for each node", true}}},
      [&source](const std::vector<Value>& arguments) { return Buckets(source, arguments); },
      [&source](const BucketRow& row, int column, Cell& cell) {
        SetBucket(source, row, column, cell);
      });
}

}  // namespace scope::query
