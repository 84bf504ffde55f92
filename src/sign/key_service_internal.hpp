#pragma once
// What the three key services share. Private to this folder.
#include <nlohmann/json.hpp>

#include "sign/http.hpp"
#include "sign/key_service.hpp"

namespace solemn::sign {

/// A setting from the environment, as the vendors' tools read it; nullopt when absent or empty.
std::optional<std::string> setting(const char* name);
/// The file of that name in the home directory.
base::Path in_home(const char* name);
/// The first line of a small file that holds a secret.
SecretText secret_line(const base::Path& path);

/// The JSON object in an answer of status 200; anything else is Error{io}, with the service's own message.
nlohmann::json json_answer(const HttpResponse& response, std::string_view service);
/// A text field of it. Throws Error{io}.
std::string text_in(const nlohmann::json& object, const char* field, std::string_view service);
base::Bytes base64_in(const nlohmann::json& object, const char* field, std::string_view service);
[[noreturn]] void service_error(std::string_view service, const std::string& what, const std::string& hint = {});

/// SHA-256 or SHA-384 of the message, as the algorithm wants.
base::Bytes digest_for(Algorithm algorithm, base::ByteSpan message);
base::Bytes sha512_of(base::ByteSpan message);

}  // namespace solemn::sign
