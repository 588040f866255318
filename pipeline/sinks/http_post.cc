#include "pipeline/sinks/http_post.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/version.hpp>
#include <chrono>
#include <stdexcept>

namespace scope::sinks {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::chrono::seconds kPatience{10};
constexpr char kScheme[] = "http://";

}  // namespace

// Everything is asynchronous underneath, because only that has a time limit.
struct HttpPost::Connection {
  asio::io_context io;
  beast::tcp_stream stream{io};

  template <typename Begin>
  beast::error_code Await(const Begin& begin) {
    beast::error_code result = asio::error::would_block;
    stream.expires_after(kPatience);
    begin([&result](beast::error_code error, auto&&...) { result = error; });
    io.restart();
    io.run();
    return result;
  }
};

HttpPost::HttpPost(const std::string& url) {
  const size_t begin = sizeof(kScheme) - 1;
  if (url.compare(0, begin, kScheme) != 0) {
    throw std::invalid_argument("'" + url + "' does not begin with " + kScheme +
                                "; for https, send to an OpenTelemetry collector on this machine");
  }
  const size_t slash = url.find('/', begin);
  const std::string authority = url.substr(begin, slash - begin);
  path_ = slash == std::string::npos ? "/v1/traces" : url.substr(slash);
  const size_t colon = authority.rfind(':');
  host_ = authority.substr(0, colon);
  port_ = colon == std::string::npos ? "4318" : authority.substr(colon + 1);
  if (host_.empty() || port_.empty() ||
      port_.find_first_not_of("0123456789") != std::string::npos) {
    throw std::invalid_argument("'" + url + "' is not http://HOST:PORT");
  }
}

HttpPost::~HttpPost() = default;

HttpPost::Answer HttpPost::Send(const std::string& body, const std::string& content_type) {
  const auto fail = [&](const beast::error_code& error) {
    connection_.reset();
    const std::string why = error == beast::error::timeout ? "no answer in 10 s" : error.message();
    return Answer{false, false, host_ + ":" + port_ + ": " + why};
  };
  if (connection_ == nullptr) {
    connection_ = std::make_unique<Connection>();
    beast::error_code error;
    asio::ip::tcp::resolver resolver(connection_->io);
    const auto places = resolver.resolve(host_, port_, error);
    if (error) return fail(error);
    error = connection_->Await(
        [&](auto done) { connection_->stream.async_connect(places, std::move(done)); });
    if (error) return fail(error);
  }
  Connection& connection = *connection_;
  http::request<http::string_body> request(http::verb::post, path_, 11);
  request.set(http::field::host, host_ + ":" + port_);
  request.set(http::field::content_type, content_type);
  request.set(http::field::user_agent, "scope");
  request.body() = body;
  request.prepare_payload();
  beast::error_code error = connection.Await(
      [&](auto done) { http::async_write(connection.stream, request, std::move(done)); });
  if (error) return fail(error);
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  error = connection.Await(
      [&](auto done) { http::async_read(connection.stream, buffer, response, std::move(done)); });
  if (error) return fail(error);
  if (!response.keep_alive()) connection_.reset();
  const unsigned status = response.result_int();
  if (status / 100 == 2) return {true, true, ""};
  const bool is_busy = status == 429 || status == 502 || status == 503 || status == 504;
  return {false, !is_busy, host_ + ":" + port_ + " answers " + std::to_string(status)};
}

}  // namespace scope::sinks
