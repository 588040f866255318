// scope/capture/classes.h - writes a library's smart pointers, exceptions, times and so on.
//
// Path:   scope/capture/put.h -> THIS -> scope/capture/writer.h
// Part of scope/capture.h.
#ifndef SCOPE_CAPTURE_CLASSES_H_
#define SCOPE_CAPTURE_CLASSES_H_

#include "scope/capture/library.h"

#pragma GCC system_header

#if defined(__cplusplus) && __cplusplus >= 201103L

namespace __scope {

// The Itanium ABI puts the type in front of the virtual functions.
SCOPE_CAPTURE inline const char* DynamicTypeName(const void* object) noexcept {
  struct Type {
    const void* table;
    const char* name;
  };
  const Type* const* const table = *static_cast<const Type* const* const*>(object);
  if (table == nullptr || table[-1] == nullptr) return "";
  const char* const name = table[-1]->name;
  return name == nullptr ? "" : *name == '*' ? name + 1 : name;
}

// Only what is known to be one whole object is looked at.
template <class T, class = void>
struct PutOwned {
  static void Do(Writer& writer, const T& owner) noexcept {
    writer.Number(kScopeCapturedPointer, reinterpret_cast<Bits>(owner.get()));
  }
};
template <class T>
struct PutOwned<T, typename Void<decltype(*Of<T>()), decltype(sizeof(*Of<T>()))>::type> {
  static void Do(Writer& writer, const T& owner) noexcept {
    if (writer.Prefix(kScopeCapturedPointsTo)) Put(writer, *owner.get());
  }
};
template <>
struct PutAs<Shape::kOwner> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    if (value.get() == nullptr) return writer.Tag(kScopeCapturedNull);
    PutOwned<T>::Do(writer, value);
  }
};
template <>
struct PutAs<Shape::kReference> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    Put(writer, value.get());
  }
};

template <>
struct PutAs<Shape::kException> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    if (!writer.Named(kScopeCapturedException, DynamicTypeName(&value))) return;
    const char* const text = value.what();
    const Size length = text == nullptr ? 0 : __builtin_strlen(text);
    writer.Text(text, length, length);
  }
};
template <>
struct PutAs<Shape::kType> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    writer.Named(kScopeCapturedType, value.name());
  }
};
template <>
struct PutAs<Shape::kErrorCode> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    writer.Code(value.category().name(), value.value());
  }
};
template <>
struct PutAs<Shape::kDuration> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    if (!writer.Ratio(T::period::num, T::period::den)) return;
    Put(writer, value.count());
  }
};
template <>
struct PutAs<Shape::kTimePoint> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    if (writer.Prefix(kScopeCapturedTimePoint)) Put(writer, value.time_since_epoch());
  }
};
template <>
struct PutAs<Shape::kBitset> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    char bits[kTextBytes];
    const Size count = value.size();
    const Size shown = count < kTextBytes ? count : static_cast<Size>(kTextBytes - 1);
    for (Size i = 0; i < shown; ++i) bits[i] = value[count - 1 - i] ? '1' : '0';
    writer.BitText(bits, shown, count);
  }
};

// Read as the program's own relaxed load would; one that needs a lock is left alone.
template <class T, bool kSmall>
struct PutAtomic {
  static void Do(Writer& writer, const T&) noexcept {
    writer.Number(kScopeCapturedOpaque, sizeof(T));
  }
};
template <class T>
struct PutAtomic<T, true> {
  static void Do(Writer& writer, const T& value) noexcept {
    typedef typename Plain<decltype(value.load())>::type Held;
    alignas(Held) unsigned char bytes[sizeof(Held)];
    __atomic_load(reinterpret_cast<const Held*>(&value), reinterpret_cast<Held*>(bytes),
                  __ATOMIC_RELAXED);
    Put(writer, *reinterpret_cast<const Held*>(bytes));
  }
};
template <>
struct PutAs<Shape::kAtomic> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    constexpr bool kSmall = sizeof(T) <= 8 && sizeof(T) == sizeof(decltype(value.load()));
    PutAtomic<T, kSmall>::Do(writer, value);
  }
};

template <class T>
SCOPE_CAPTURE void PutShape(Writer& writer, const T& value) noexcept {
  PutAs<ShapeOf<T>()>::Do(writer, value);
}

}  // namespace __scope

#endif  // C++11
#endif  // SCOPE_CAPTURE_CLASSES_H_
