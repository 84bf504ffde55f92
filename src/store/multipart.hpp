#pragma once
// One multipart upload of one key: begun or gone on with, its parts, and its end. Private to this folder.
#include "store/parts.hpp"
#include "store/s3.hpp"

namespace solemn::store::internal {

class Multipart {
 public:
  Multipart(const Bucket& bucket, std::string key, const net::Limits& limits, base::Progress& progress)
      : bucket_(bucket), key_(std::move(key)), limits_(limits), progress_(progress) {}

  /// The retention of the object is said here; nobody can ask for it before the end. Throws Error{io}.
  void begin(const std::optional<Retention>& retention);
  void go_on(std::string id) { id_ = std::move(id); }
  const std::string& id() const noexcept { return id_; }

  /// What the server has. nullopt: no such upload (any more), or a server that lists none. Throws Error{io}.
  std::optional<StoredParts> list() const;
  /// Throws Error{io}; so does a server that got other bytes than these.
  StoredPart send(std::uint32_t number, const net::Upload& part, const base::Hash32& sha256) const;
  /// True: the object is there. False: somebody else's was there first. Throws Error{io}; a refusal that no other try
  /// changes also ends the upload.
  bool complete(const StoredParts& parts, const std::vector<base::Hash32>& sha256) const;
  /// The server forgets the parts; what it answers does not matter. Throws Error{interrupted}.
  void abandon() const;

 private:
  std::string query(const std::string& before = {}) const;
  net::Answer ask(const std::string& method, const std::string& query, const Headers& headers, base::ByteSpan body = {},
                  long stall_seconds = 0) const;
  const Bucket& bucket_;
  std::string key_, id_;
  const net::Limits& limits_;
  base::Progress& progress_;
};

}  // namespace solemn::store::internal
