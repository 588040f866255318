#include "tools/metrics_server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/version.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace scope::tools {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using Request = http::request<http::empty_body>;
using Response = http::response<http::string_body>;

constexpr std::chrono::seconds kPatience{10};
constexpr unsigned kHeaderBytesMax = 8192;

// A page in a browser can make any name mean this machine, but not this one.
bool IsOurName(std::string host, uint16_t port) {
  const std::string suffix = absl::StrCat(":", port);
  host = std::string(absl::StripSuffix(host, suffix));
  return host == "localhost" || host == "127.0.0.1";
}

Response Answer(const Request& request, const MetricsServer& server, uint16_t port) {
  Response response(http::status::ok, request.version());
  response.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
  response.keep_alive(false);
  if (!IsOurName(std::string(request[http::field::host]), port)) {
    response.result(http::status::forbidden);
    response.body() = "ask for localhost or 127.0.0.1\n";
  } else if (request.target() != "/metrics") {
    response.result(http::status::not_found);
    response.body() = "there is /metrics\n";
  } else if (request.method() != http::verb::get && request.method() != http::verb::head) {
    response.result(http::status::method_not_allowed);
    response.body() = "GET it\n";
  } else {
    response.body() = server.text();
  }
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  return response;
}

// One request, one answer. Lives as long as something of it is awaited.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, const MetricsServer& server, uint16_t port)
      : stream_(std::move(socket)), server_(server), port_(port) {
    parser_.header_limit(kHeaderBytesMax);
  }

  void Start() {
    stream_.expires_after(kPatience);
    http::async_read(stream_, buffer_, parser_,
                     [self = shared_from_this()](beast::error_code error, size_t) {
                       if (!error) self->Reply();
                     });
  }

 private:
  void Reply() {
    response_ = Answer(parser_.get(), server_, port_);
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code, size_t) {
      beast::error_code ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request_parser<http::empty_body> parser_;
  Response response_;
  const MetricsServer& server_;
  const uint16_t port_;
};

class Listener {
 public:
  Listener(asio::io_context& io, const MetricsServer& server)
      : acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), server.port)),
        server_(server) {}

  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void Accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (!error) std::make_shared<Connection>(std::move(socket), server_, port())->Start();
      if (acceptor_.is_open()) Accept();
    });
  }

 private:
  tcp::acceptor acceptor_;
  const MetricsServer& server_;
};

}  // namespace

absl::Status Serve(const MetricsServer& server) try {
  asio::io_context io;
  Listener listener(io, server);
  asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](beast::error_code, int) { io.stop(); });
  listener.Accept();
  server.listening(listener.port());
  io.run();
  return absl::OkStatus();
} catch (const boost::system::system_error& error) {
  return absl::UnavailableError(
      absl::StrCat("cannot listen on 127.0.0.1:", server.port, ": ", error.code().message()));
}

}  // namespace scope::tools
