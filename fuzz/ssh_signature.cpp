// An OpenSSH signature, armored or binary; what is accepted is written back and read again.
#include "fuzz.hpp"
#include "sign/sshsig.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  static const sign::FileDigests digests = sign::digests_of({});
  fuzz::accepts([&] {
    const sign::SshSignature signature = sign::parse_ssh_signature(fuzz::bytes_of(data, size));
    const std::string written = write_ssh_signature(signature);
    const sign::SshSignature again = sign::parse_ssh_signature(base::as_bytes(written));
    fuzz::require(write_ssh_signature(again) == written);
    fuzz::require(verify_ssh(signature, digests) == verify_ssh(again, digests));
  });
  return 0;
}
