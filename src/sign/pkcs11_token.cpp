#include "sign/pkcs11_token_internal.hpp"

#include <dlfcn.h>
#include <algorithm>

#include "base/error.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

std::string hex_of(CK_RV result) {
  std::array<std::byte, 4> bytes{};
  base::store_be32(bytes, static_cast<std::uint32_t>(result));
  return "0x" + base::to_hex(bytes);
}

}  // namespace

void fail(const std::string& what, const std::string& hint) { throw Error(Code::device, what, hint); }

void check(CK_RV result, const std::string& what) {
  if (result != CKR_OK) fail("the PKCS#11 module refused " + what + " (" + hex_of(result) + ")");
}

namespace {

constexpr CK_ULONG kMaxAttributeBytes = 8192, kMaxSignatureBytes = 4096, kMaxObjects = 64, kMaxSlots = 256;

/// A field of fixed size, filled up with spaces.
std::string field(const unsigned char* text, std::size_t size) {
  std::string out(reinterpret_cast<const char*>(text), size);
  while (!out.empty() && (out.back() == ' ' || out.back() == '\0')) out.pop_back();
  return out;
}

bool matches(const std::optional<std::string>& wanted, const std::string& value) { return !wanted || *wanted == value; }

/// The point inside an OCTET STRING, as the standard wants it; some modules give it bare.
Bytes point_in(const Bytes& value, std::size_t point_bytes) {
  if (value.size() == point_bytes) return value;
  const ByteSpan all(value);
  if (value.size() == point_bytes + 2 && all[0] == std::byte{4} && all[1] == static_cast<std::byte>(point_bytes))
    return Bytes(value.begin() + 2, value.end());
  fail("the token gives the public key in a form that is not known");
}

bool is_one_of(const Bytes& value, std::initializer_list<std::string_view> hex) {
  return std::any_of(hex.begin(), hex.end(), [&](std::string_view one) { return value == *base::from_hex(one); });
}

TokenKey ec_key(const Bytes& parameters, const Bytes& point) {
  if (is_one_of(parameters, {"06082a8648ce3d030107"})) return {HelperKey::p256, point_in(point, 65), {}};
  if (is_one_of(parameters, {"06052b81040022"})) return {HelperKey::p384, point_in(point, 97), {}};
  // The object identifier, or PrintableString "edwards25519".
  if (is_one_of(parameters, {"06032b6570", "130c656477617264733235353139"}))
    return {HelperKey::ed25519, point_in(point, 32), {}};
  fail("the key is on a curve that is not supported", "Ed25519, P-256 and P-384 are");
}

}  // namespace

Pkcs11Token::Pkcs11Token(TokenQuery query) : query_(std::move(query)) {
  load();
  find_token();
}

void Pkcs11Token::load() {
  const std::string& path = query_.module.value();
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);  // never closed: modules leave threads behind
  if (library == nullptr)
    fail("cannot load the PKCS#11 module '" + path + "'", "name the token's library in module-path or --pkcs11-module");
  const auto get_list = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  if (get_list == nullptr) fail("'" + path + "' is not a PKCS#11 module");
  check(get_list(&functions_), "to list its functions");
  if (functions_ == nullptr || functions_->version.major < 2)
    fail("'" + path + "' is not a PKCS#11 module of version 2 or 3");
  check(functions_->C_Initialize(nullptr), "to start");
}

void Pkcs11Token::find_token() {
  CK_ULONG n_slots = 0;
  check(functions_->C_GetSlotList(CK_TRUE, nullptr, &n_slots), "to list its tokens");
  std::vector<CK_SLOT_ID> slots(std::min(n_slots, kMaxSlots));
  n_slots = static_cast<CK_ULONG>(slots.size());
  if (n_slots != 0) check(functions_->C_GetSlotList(CK_TRUE, slots.data(), &n_slots), "to list its tokens");
  std::string seen;
  std::vector<CK_SLOT_ID> found;
  for (CK_ULONG i = 0; i < n_slots; ++i) {
    CK_TOKEN_INFO info{};
    if (functions_->C_GetTokenInfo(slots[i], &info) != CKR_OK || (info.flags & CKF_TOKEN_INITIALIZED) == 0) continue;
    const std::string label = field(info.label, sizeof info.label),
                      serial = field(info.serialNumber, sizeof info.serialNumber);
    seen += (seen.empty() ? "'" : ", '") + label + "' (serial " + serial + ")";
    if (!matches(query_.token, label) || !matches(query_.serial, serial) ||
        !matches(query_.manufacturer, field(info.manufacturerID, sizeof info.manufacturerID)) ||
        !matches(query_.model, field(info.model, sizeof info.model)) || !matches(query_.slot, std::to_string(slots[i])))
      continue;
    found.push_back(slots[i]);
    label_ = label;
    wants_pin_ = (info.flags & CKF_LOGIN_REQUIRED) != 0 && (info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) == 0;
    locked_ = (info.flags & CKF_USER_PIN_LOCKED) != 0;
  }
  if (found.empty()) fail("no token fits the key's URI", "tokens here: " + (seen.empty() ? "none" : seen));
  if (found.size() > 1)
    fail(std::to_string(found.size()) + " tokens fit the key's URI; refusing to choose",
         "add serial=...; tokens here: " + seen);
  slot_ = found[0];
}

std::vector<CK_OBJECT_HANDLE> Pkcs11Token::find(std::vector<CK_ATTRIBUTE> wanted, const char* what) {
  check(functions_->C_FindObjectsInit(session_, wanted.data(), static_cast<CK_ULONG>(wanted.size())), what);
  std::vector<CK_OBJECT_HANDLE> objects(kMaxObjects);
  CK_ULONG n = 0;
  const CK_RV result = functions_->C_FindObjects(session_, objects.data(), kMaxObjects, &n);
  functions_->C_FindObjectsFinal(session_);
  check(result, what);
  objects.resize(std::min(n, kMaxObjects));
  return objects;
}

std::optional<Bytes> Pkcs11Token::attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
  CK_ATTRIBUTE wanted{type, nullptr, 0};
  if (functions_->C_GetAttributeValue(session_, object, &wanted, 1) != CKR_OK || wanted.ulValueLen > kMaxAttributeBytes)
    return std::nullopt;
  Bytes value(wanted.ulValueLen);
  wanted.pValue = value.data();
  if (functions_->C_GetAttributeValue(session_, object, &wanted, 1) != CKR_OK) return std::nullopt;
  value.resize(std::min<std::size_t>(value.size(), wanted.ulValueLen));
  return value;
}

Bytes Pkcs11Token::required(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, const char* name) {
  auto value = attribute(object, type);
  if (!value || value->empty()) fail(std::string("the token does not tell the ") + name + " of the key");
  return std::move(*value);
}

void Pkcs11Token::log_in(ByteSpan pin) {
  if (locked_) fail("the PIN of token '" + label_ + "' is locked", "its security officer can set a new one");
  check(functions_->C_OpenSession(slot_, CKF_SERIAL_SESSION, nullptr, nullptr, &session_), "to open a session");
  if (wants_pin_ || !pin.empty()) {
    auto* const digits = reinterpret_cast<CK_UTF8CHAR*>(const_cast<std::byte*>(pin.data()));
    const CK_RV result = functions_->C_Login(session_, CKU_USER, digits, static_cast<CK_ULONG>(pin.size()));
    if (result == CKR_PIN_LOCKED)
      fail("the PIN of token '" + label_ + "' is locked", "its security officer can set a new one");
    if (result == CKR_PIN_INCORRECT || result == CKR_PIN_LEN_RANGE || result == CKR_PIN_INVALID)
      fail("wrong PIN for token '" + label_ + "'",
           "look before you try again: tokens lock themselves after some wrong PINs");
    check(result, "to log in");
  }
}

/// The one object of the class that the URI names.
CK_OBJECT_HANDLE Pkcs11Token::the_one(CK_OBJECT_CLASS object_class, const std::string& what) {
  std::vector<CK_ATTRIBUTE> wanted{
      attribute_of(CKA_CLASS, base::object_bytes(std::span<const CK_OBJECT_CLASS>(&object_class, 1)))};
  if (query_.object) wanted.push_back(attribute_of(CKA_LABEL, base::as_bytes(*query_.object)));
  if (query_.id) wanted.push_back(attribute_of(CKA_ID, base::as_bytes(*query_.id)));
  const auto keys = find(std::move(wanted), "to look for the key");
  if (keys.empty())
    fail("no " + what + " on token '" + label_ + "' fits the key's URI",
         "what is on it: pkcs11-tool --module FILE --login -O");
  if (keys.size() > 1)
    fail(std::to_string(keys.size()) + " " + what + "s on token '" + label_ + "' fit; refusing to choose",
         "add id=%XX");
  return keys[0];
}

TokenKey Pkcs11Token::login(ByteSpan pin) {
  log_in(pin);
  private_key_ = the_one(CKO_PRIVATE_KEY, "private key");
  const auto again = attribute(private_key_, CKA_ALWAYS_AUTHENTICATE);
  if (again && again->size() == 1 && (*again)[0] != std::byte{0})
    fail("the key wants the PIN for every signature, which is not supported");
  const Bytes type = required(private_key_, CKA_KEY_TYPE, "type");
  if (type.size() != sizeof(CK_ULONG)) fail("the token does not tell the type of the key");
  CK_ULONG key_type = 0;
  std::copy(type.begin(), type.end(), base::writable_object_bytes(std::span(&key_type, 1)).begin());
  return public_half(key_type);
}

CK_OBJECT_HANDLE Pkcs11Token::public_object(CK_ULONG key_type) {
  const Bytes id = required(private_key_, CKA_ID, "id");
  const CK_OBJECT_CLASS public_class = CKO_PUBLIC_KEY;
  const auto objects = find({attribute_of(CKA_CLASS, base::object_bytes(std::span(&public_class, 1))),
                             attribute_of(CKA_KEY_TYPE, base::object_bytes(std::span<const CK_ULONG>(&key_type, 1))),
                             attribute_of(CKA_ID, id)},
                            "to look for the public key");
  if (objects.empty()) fail("token '" + label_ + "' has no public key with the id of the private key");
  if (objects.size() > 1) fail("token '" + label_ + "' has several public keys with the id of the private key");
  return objects[0];
}

TokenKey Pkcs11Token::public_half(CK_ULONG key_type) {
  if (key_type == CKK_RSA)
    return {HelperKey::rsa, required(private_key_, CKA_MODULUS, "modulus"),
            required(private_key_, CKA_PUBLIC_EXPONENT, "public exponent")};
  if (key_type != CKK_EC && key_type != CKK_EC_EDWARDS)
    fail("the key is neither RSA nor on an elliptic curve that is supported");
  const CK_OBJECT_HANDLE object = public_object(key_type);
  return ec_key(required(object, CKA_EC_PARAMS, "curve"), required(object, CKA_EC_POINT, "public point"));
}

Bytes Pkcs11Token::sign(HelperMechanism kind, ByteSpan data) {
  CK_RSA_PKCS_PSS_PARAMS pss{CKM_SHA256, CKG_MGF1_SHA256, 32};
  CK_MECHANISM mechanism{CKM_EDDSA, nullptr, 0};
  if (kind == HelperMechanism::ecdsa) mechanism.mechanism = CKM_ECDSA;
  if (kind == HelperMechanism::rsa_pkcs1) mechanism.mechanism = CKM_RSA_PKCS;
  if (kind == HelperMechanism::rsa_pss) mechanism = {CKM_RSA_PKCS_PSS, &pss, sizeof pss};
  const CK_RV begun = functions_->C_SignInit(session_, &mechanism, private_key_);
  if (begun == CKR_MECHANISM_INVALID) fail("token '" + label_ + "' cannot sign this way");
  check(begun, "to sign");
  Bytes signature(kMaxSignatureBytes);
  CK_ULONG size = kMaxSignatureBytes;
  auto* const in = reinterpret_cast<CK_BYTE*>(const_cast<std::byte*>(data.data()));
  check(functions_->C_Sign(session_, in, static_cast<CK_ULONG>(data.size()),
                           reinterpret_cast<CK_BYTE*>(signature.data()), &size),
        "to sign");
  signature.resize(std::min(size, kMaxSignatureBytes));
  return signature;
}

SecretText Pkcs11Token::random(std::size_t n_bytes) {
  SecretText bytes(n_bytes);
  const CK_RV result = functions_->C_GenerateRandom(session_, reinterpret_cast<CK_BYTE*>(bytes.expose().data()),
                                                    static_cast<CK_ULONG>(n_bytes));
  if (result == CKR_RANDOM_NO_RNG || result == CKR_FUNCTION_NOT_SUPPORTED)
    fail("token '" + label_ + "' has no random generator");
  check(result, "to give random bytes");
  return bytes;
}

}  // namespace solemn::sign
