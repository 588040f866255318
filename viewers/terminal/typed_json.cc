#include "viewers/terminal/typed_json.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "viewers/terminal/json_text.h"

namespace scope::viewers {
namespace {

constexpr uint64_t kRepeatedMax = 100'000;

class JsonVisitor final : public trace::ValueVisitor {
 public:
  std::string Take() { return std::move(text_); }

  void BeginRecord() override { Open('{'); }
  void Member(absl::string_view name) override {
    Separate();
    // Anonymous members get names that no member can have.
    const std::string key = name.empty() ? absl::StrCat("#", ++unnamed_) : std::string(name);
    absl::StrAppend(&text_, JsonString(key), ": ");
    in_list_.back() = false;
    is_first_ = true;
  }
  void EndRecord() override { Close('}'); }
  void BeginList() override {
    Open('[');
    in_list_.back() = true;
  }
  void EndList() override { Close(']'); }
  void Bool(bool value) override { Put(value ? "true" : "false"); }
  void Number(const std::string& text) override {
    const bool is_number = text.find_first_not_of("0123456789+-.e") == std::string::npos;
    Put(is_number ? text : JsonString(text));
  }
  void Enum(const std::string& text) override { Put(JsonString(text)); }
  void Pointer(const std::string& text) override { Put(JsonString(text)); }
  void Text(absl::string_view text) override { Put(JsonString(text)); }
  void Char(const std::string& text) override {
    Put(JsonString(absl::string_view(text).substr(1, text.size() - 2)));
  }
  void Repeated(uint64_t count) override {
    const std::string again = text_.substr(element_begin_);
    for (uint64_t i = 1; i < std::min(count, kRepeatedMax); ++i) {
      absl::StrAppend(&text_, ", ", again);
    }
  }
  void Missing() override {
    if (in_list_.empty() || !in_list_.back()) Put("null");
  }

 private:
  void Separate() {
    if (!is_first_) text_ += ", ";
    is_first_ = false;
    if (!in_list_.empty() && in_list_.back()) element_begin_ = text_.size();
  }
  void Put(absl::string_view text) {
    Separate();
    absl::StrAppend(&text_, text);
  }
  void Open(char bracket) {
    Separate();
    begins_.push_back(element_begin_);
    in_list_.push_back(false);
    text_ += bracket;
    is_first_ = true;
  }
  void Close(char bracket) {
    text_ += bracket;
    is_first_ = false;
    element_begin_ = begins_.back();
    begins_.pop_back();
    in_list_.pop_back();
  }

  std::string text_;
  bool is_first_ = true;
  uint32_t unnamed_ = 0;
  size_t element_begin_ = 0;    // of the latest value in the list around it
  std::vector<size_t> begins_;  // the same of the lists further out
  std::vector<bool> in_list_;
};

}  // namespace

std::string TypedJson(const trace::Type& type, absl::string_view bytes) {
  JsonVisitor json;
  trace::VisitValue(type, bytes, json);
  return json.Take();
}

}  // namespace scope::viewers
