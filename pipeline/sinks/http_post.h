// http_post.h - posts bodies to one address over HTTP.
//
// Path:    otlp -> THIS (Boost.Beast) -> a server
// Threads: one owner.
// Fails:   an error text that names the address; a post that failed may be tried again.

#pragma once

#include <memory>
#include <string>

namespace scope::sinks {

class HttpPost {
 public:
  // `url`: http://HOST[:PORT][/PATH]. Throws std::invalid_argument that says what is wrong with it.
  explicit HttpPost(const std::string& url);
  ~HttpPost();
  HttpPost(const HttpPost&) = delete;
  HttpPost& operator=(const HttpPost&) = delete;

  // Waits for the answer, at most 10 s.
  struct Answer {
    bool is_accepted = false;
    bool is_final = false;  // trying again would not help
    std::string error;
  };
  Answer Send(const std::string& body, const std::string& content_type);

 private:
  struct Connection;
  std::string host_;
  std::string port_;
  std::string path_;
  std::unique_ptr<Connection> connection_;  // kept between posts
};

}  // namespace scope::sinks
