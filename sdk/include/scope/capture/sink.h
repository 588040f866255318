// scope/capture/sink.h - takes what an object has to show, and hands it to the runtime.
//
// Path:    instrumented code -> THIS -> __scope_put_bytes -> wide records of the thread's ring
// Threads: any; a capture lives on one stack and allocates nothing.
// Fails:   never; what does not fit into Limits is left out and marked.
// Stable:  Sink.
// Part of scope/capture.h.
#ifndef SCOPE_CAPTURE_SINK_H_
#define SCOPE_CAPTURE_SINK_H_

#include "scope/capture/library.h"

#pragma GCC system_header

#if defined(__cplusplus) && __cplusplus >= 201103L

extern "C" {
// Defined in every instrumented object.
__attribute__((weak, visibility("hidden"))) void __scope_put_bytes(const void* node,
                                                                   const void* bytes,
                                                                   unsigned long long count);
}

namespace __scope {

// Takes what one object has to show: one Value, Text, Sequence or Redacted, or any number of
// Fields. What comes after that is ignored.
class Sink {
 public:
  explicit Sink(Writer& writer) noexcept : writer_(writer) {}

  // A named part; a type of any kind.
  template <class T>
  void Field(const char* name, const T& value) noexcept {
    if (state_ == kEmpty) state_ = writer_.Open(kScopeCapturedRecord) ? kFields : kDone;
    if (state_ == kFields && writer_.Name(name)) Put(writer_, value);
  }
  void RedactedField(const char* name) noexcept {
    if (state_ == kEmpty) state_ = writer_.Open(kScopeCapturedRecord) ? kFields : kDone;
    if (state_ == kFields && writer_.Name(name)) writer_.Tag(kScopeCapturedRedacted);
  }
  template <class T>
  void Value(const T& value) noexcept {
    if (Take()) Put(writer_, value);
  }
  void Text(const char* text) noexcept { Text(text, __builtin_strlen(text)); }
  void Text(const char* text, Size bytes) noexcept {
    if (Take()) writer_.Text(text, bytes, bytes);
  }
  // The elements from `first` to `last`, of which there are `count`.
  template <class Iterator, class End>
  void Sequence(Iterator first, End last, Size count) noexcept {
    if (Take()) PutRange(writer_, first, last, Bits(count) + 1);
  }
  void Redacted() noexcept {
    if (Take()) writer_.Tag(kScopeCapturedRedacted);
  }

  // For the code around a capture: `object_bytes` is said where nothing else was.
  void Finish(Size object_bytes) noexcept {
    if (state_ == kFields) writer_.Close();
    if (state_ == kEmpty) writer_.Number(kScopeCapturedOpaque, object_bytes);
  }
  // There is more than the Fields show.
  void AndMore() noexcept {
    if (state_ == kFields) writer_.Tag(kScopeCapturedMore);
  }

 private:
  enum State { kEmpty, kFields, kDone };

  bool Take() noexcept {
    if (state_ != kEmpty) return false;
    state_ = kDone;
    return true;
  }

  Writer& writer_;
  State state_ = kEmpty;
};

// Only where the program has a ScopeCapture for it.
template <class T>
SCOPE_CAPTURE auto DescribeByProgram(Sink& sink, const T& value) noexcept
    -> decltype(ScopeCapture(sink, value), void()) {
  ScopeCapture(sink, value);
}

#if !defined(SCOPE_CAPTURE_BY_PLUGIN)
struct Otherwise {
  Otherwise(Sink&) noexcept {}
};
template <class T>
void DescribeByProgram(Otherwise, const T&, ...) noexcept {}
template <class T>
void Describe(Writer& writer, const T& value) noexcept {
  Sink sink(writer);
  DescribeByProgram(sink, value);
  sink.Finish(sizeof(T));
}
#endif

// What stands where the value of an object is reported.
template <class T>
SCOPE_CAPTURE void CaptureObject(const void* node, const T& object) noexcept {
  unsigned char bytes[kValueBytes];
  Writer writer(bytes, sizeof(bytes));
  Put(writer, object);
  if (__scope_put_bytes != nullptr) __scope_put_bytes(node, bytes, writer.size());
}

}  // namespace __scope

#endif  // C++11
#endif  // SCOPE_CAPTURE_SINK_H_
