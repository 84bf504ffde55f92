#include "sign/pkcs11_channel.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace solemn::sign {

using base::ByteSpan;
using base::MutableByteSpan;

namespace {

using Clock = std::chrono::steady_clock;

class Deadline {
 public:
  explicit Deadline(unsigned seconds) : ends_(seconds != 0), end_(Clock::now() + std::chrono::seconds(seconds)) {}
  /// For poll(): milliseconds left, -1 without end.
  int left_ms() const noexcept {
    if (!ends_) return -1;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now()).count();
    return left < 0 ? 0 : static_cast<int>(left) + 1;
  }

 private:
  bool ends_;
  Clock::time_point end_;
};

ChannelStatus wait_for(int socket, short events, const Deadline& deadline) noexcept {
  for (;;) {
    pollfd item{socket, events, 0};
    const int left = deadline.left_ms();
    const int n = poll(&item, 1, left);
    if (n > 0) return ChannelStatus::ok;
    if (n == 0) return ChannelStatus::too_late;
    if (errno != EINTR) return ChannelStatus::closed;
  }
}

ChannelStatus send_all(int socket, ByteSpan bytes, const Deadline& deadline) noexcept {
  while (!bytes.empty()) {
    const ssize_t n = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (const ChannelStatus status = wait_for(socket, POLLOUT, deadline); status != ChannelStatus::ok) return status;
    } else if (errno != EINTR) {
      return ChannelStatus::closed;
    }
  }
  return ChannelStatus::ok;
}

ChannelStatus receive_all(int socket, MutableByteSpan bytes, const Deadline& deadline) noexcept {
  while (!bytes.empty()) {
    if (const ChannelStatus status = wait_for(socket, POLLIN, deadline); status != ChannelStatus::ok) return status;
    const ssize_t n = recv(socket, bytes.data(), bytes.size(), 0);
    if (n == 0 || (n < 0 && errno != EINTR)) return ChannelStatus::closed;
    if (n > 0) bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return ChannelStatus::ok;
}

}  // namespace

ChannelStatus send_frame(int socket, std::initializer_list<ByteSpan> parts, unsigned deadline_seconds) noexcept {
  const Deadline deadline(deadline_seconds);
  std::size_t size = 0;
  for (const ByteSpan part : parts) size += part.size();
  if (size > kMaxRequestBytes) return ChannelStatus::too_long;
  std::array<std::byte, 4> header{};
  base::store_be32(header, static_cast<std::uint32_t>(size));
  ChannelStatus status = send_all(socket, header, deadline);
  for (const ByteSpan part : parts)
    if (status == ChannelStatus::ok) status = send_all(socket, part, deadline);
  return status;
}

ChannelStatus receive_frame(int socket, SecretText& frame, std::size_t max_bytes, unsigned deadline_seconds) {
  const Deadline deadline(deadline_seconds);
  std::array<std::byte, 4> header{};
  if (const ChannelStatus status = receive_all(socket, header, deadline); status != ChannelStatus::ok) return status;
  const std::size_t size = base::load_be32(header);
  if (size == 0 || size > max_bytes) return ChannelStatus::too_long;
  frame = SecretText(size);
  return receive_all(socket, frame.expose(), deadline);
}

}  // namespace solemn::sign
