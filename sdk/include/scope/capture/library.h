// scope/capture/library.h - writes a library's strings and containers.
//
// Path:   scope/capture/put.h -> THIS -> scope/capture/writer.h
// Part of scope/capture.h.
#ifndef SCOPE_CAPTURE_LIBRARY_H_
#define SCOPE_CAPTURE_LIBRARY_H_

#include "scope/capture/put.h"

#pragma GCC system_header

#if defined(__cplusplus) && __cplusplus >= 201103L

namespace __scope {

template <Shape kShape>
struct PutAs {
  template <class T>
  static void Do(Writer& writer, const T&) noexcept {
    writer.Number(kScopeCapturedOpaque, sizeof(T));
  }
};

template <>
struct PutAs<Shape::kText> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    PutText<sizeof(*value.data())>::Do(writer, value.data(), value.size());
  }
};
template <>
struct PutAs<Shape::kPath> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    Put(writer, value.native());
  }
};

template <class T>
typename If<HasSize<T>::value, Bits>::type CountOf(const T& value) noexcept {
  return value.size() + 1;
}
template <class T>
typename If<!HasSize<T>::value, Bits>::type CountOf(const T&) noexcept {
  return 0;
}
template <>
struct PutAs<Shape::kSequence> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    PutRange(writer, value.begin(), value.end(), CountOf(value));
  }
};
template <>
struct PutAs<Shape::kMap> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    if (!writer.Open(kScopeCapturedMap, CountOf(value))) return;
    Size i = 0;
    for (auto at = value.begin(); at != value.end(); ++at, ++i) {
      if (i == kElements || writer.full()) {
        writer.Tag(kScopeCapturedMore);
        break;
      }
      Put(writer, (*at).first);
      Put(writer, (*at).second);
    }
    writer.Close();
  }
};

template <>
struct PutAs<Shape::kPair> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    if (!writer.Open(kScopeCapturedTuple)) return;
    Put(writer, value.first);
    Put(writer, value.second);
    writer.Close();
  }
};
template <>
struct PutAs<Shape::kComplex> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    if (!writer.Open(kScopeCapturedTuple)) return;
    Put(writer, value.real());
    Put(writer, value.imag());
    writer.Close();
  }
};

template <Size kIndex, Size kCount>
struct Each {
  template <class T>
  static void Element(Writer& writer, const T& tuple) noexcept {
    Put(writer, get<kIndex>(tuple));
    Each<kIndex + 1, kCount>::Element(writer, tuple);
  }
  template <class T>
  static void Alternative(Writer& writer, const T& variant) noexcept {
    if (const auto* value = get_if<kIndex>(&variant)) {
      if (writer.Prefix(kScopeCapturedAlternative, kIndex)) Put(writer, *value);
    } else {
      Each<kIndex + 1, kCount>::Alternative(writer, variant);
    }
  }
};
template <Size kCount>
struct Each<kCount, kCount> {
  template <class T>
  static void Element(Writer&, const T&) noexcept {}
  template <class T>
  static void Alternative(Writer& writer, const T&) noexcept {
    writer.Tag(kScopeCapturedValueless);
  }
};
template <>
struct PutAs<Shape::kTuple> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    if (!writer.Open(kScopeCapturedTuple)) return;
    Each<0, Elements<T>::count>::Element(writer, value);
    writer.Close();
  }
};
template <>
struct PutAs<Shape::kVariant> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    Each<0, Elements<T>::count>::Alternative(writer, value);
  }
};
template <>
struct PutAs<Shape::kEmpty> {
  template <class T>
  static void Do(Writer& writer, const T&) noexcept {
    if (writer.Open(kScopeCapturedTuple)) writer.Close();
  }
};

template <>
struct PutAs<Shape::kOptional> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    if (!value.has_value()) return writer.Tag(kScopeCapturedNothing);
    if (writer.Prefix(kScopeCapturedSome)) Put(writer, *value);
  }
};
template <class T, class = void>
struct PutExpected {
  static void Do(Writer& writer, const T&) noexcept { writer.Tag(kScopeCapturedNothing); }
};
template <class T>
struct PutExpected<T, typename Void<decltype(*Of<T>())>::type> {
  static void Do(Writer& writer, const T& value) noexcept {
    if (writer.Prefix(kScopeCapturedSome)) Put(writer, *value);
  }
};
template <>
struct PutAs<Shape::kExpected> {
  template <class T>
  static void Do(Writer& writer, const T& value) noexcept {
    if (value.has_value()) return PutExpected<T>::Do(writer, value);
    if (writer.Prefix(kScopeCapturedUnexpected)) Put(writer, value.error());
  }
};

}  // namespace __scope

#endif  // C++11
#endif  // SCOPE_CAPTURE_LIBRARY_H_
