// scope/capture/sink.h - takes what an object has to show, and hands it to the runtime.
//
// Path:    instrumented code -> THIS -> __scope_put_bytes -> wide records of the thread's ring
// Threads: any; a capture lives on one stack and allocates nothing.
// Fails:   never; what does not fit into Limits is left out and marked.
// Stable:  Sink.
// Part of scope/capture.h.
#ifndef SCOPE_CAPTURE_SINK_H_
#define SCOPE_CAPTURE_SINK_H_

#include "scope/capture/classes.h"

#pragma GCC system_header

#if defined(__cplusplus) && __cplusplus >= 201103L

extern "C" {
// The hook of scope/hooks.h under a name of its own, so that both can be declared.
__attribute__((weak, visibility("hidden"))) void __scope_capture_bytes(
    const void* node, const volatile void* bytes, unsigned long long count,
    unsigned long long whole) __asm__("__scope_report_bytes");
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
  // What was to come does not.
  void Stop() noexcept {
    AndMore();
    if (state_ == kEmpty) writer_.Tag(kScopeCapturedMore);
    if (state_ != kFields) state_ = kDone;
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

// How many ScopeCaptures of the program run in this thread. What they call may report objects, too,
// and must not look into them: it might not come to an end.
template <class>
struct Running {
  __attribute__((tls_model("initial-exec"), visibility("hidden"))) static __thread unsigned count;
};
template <class T>
__thread unsigned Running<T>::count = 0;

// Whether there is anything to show of a library's class.
template <class T>
struct IsWorthIt {
  static constexpr bool value = KindOf<T>::value != Kind::kLibrary || ShapeOf<T>() != Shape::kNone;
};

// Reports `object` as the value of `node`, which is switched on.
template <class T>
SCOPE_CAPTURE typename If<IsWorthIt<T>::value, void>::type CaptureObject(const void* node,
                                                                         const T& object) noexcept {
  unsigned char bytes[kValueBytes];
  Writer writer(bytes, sizeof(bytes));
  if (Running<void>::count == 0) {
    Put(writer, object);
  } else {
    writer.Tag(kScopeCapturedMore);
  }
  if (__scope_capture_bytes != nullptr) {
    __scope_capture_bytes(node, bytes, writer.size(), writer.size());
  }
}

// The same for an object of so many bytes that has nothing to show.
SCOPE_CAPTURE inline void CaptureOpaque(const void* node, Size object_bytes) noexcept {
  unsigned char bytes[16];
  Writer writer(bytes, sizeof(bytes));
  writer.Number(kScopeCapturedOpaque, object_bytes);
  if (__scope_capture_bytes != nullptr) {
    __scope_capture_bytes(node, bytes, writer.size(), writer.size());
  }
}

// The bodies of Describe that the plugin makes are calls of these.
inline bool BeginParts(Writer& writer) noexcept { return writer.Open(kScopeCapturedRecord); }
template <class T>
void AddPart(Writer& writer, const char* name, const T& value) noexcept {
  if (writer.Name(name)) Put(writer, value);
}
inline void AddRedacted(Writer& writer, const char* name) noexcept {
  if (writer.Name(name)) writer.Tag(kScopeCapturedRedacted);
}
inline void EndParts(Writer& writer, bool has_more) noexcept {
  if (has_more) writer.Tag(kScopeCapturedMore);
  writer.Close();
}
inline void SayRedacted(Writer& writer) noexcept { writer.Tag(kScopeCapturedRedacted); }
inline void SayOpaque(Writer& writer, Size bytes) noexcept {
  writer.Number(kScopeCapturedOpaque, bytes);
}
template <class T>
void SayException(Writer& writer, const T& value) noexcept {
  PutAs<Shape::kException>::Do(writer, value);
}
template <class T>
SCOPE_CAPTURE auto SayByProgram(Writer& writer, const T& value) noexcept
    -> decltype(ScopeCapture(*static_cast<Sink*>(nullptr), value), void()) {
  Sink sink(writer);
  ++Running<void>::count;
#if defined(__cpp_exceptions)
  try {
    ScopeCapture(sink, value);
  } catch (...) {
    sink.Stop();
  }
#else
  ScopeCapture(sink, value);
#endif
  --Running<void>::count;
  sink.Finish(sizeof(T));
}

#if !defined(SCOPE_CAPTURE_BY_PLUGIN)
struct LastChoice {
  LastChoice(Writer& to) noexcept : writer(to) {}
  Writer& writer;
};
template <class T>
void SayByProgram(LastChoice choice, const T&, ...) noexcept {
  SayOpaque(choice.writer, sizeof(T));
}
template <class T>
void Describe(Writer& writer, const T& value) noexcept {
  SayByProgram(writer, value);
}
#endif

}  // namespace __scope

#endif  // C++11
#endif  // SCOPE_CAPTURE_SINK_H_
