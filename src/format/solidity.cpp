// Verifier contract for Ethereum (solidity.md).
#include "format/decimal.hpp"
#include "format/exports.hpp"
#include "hash/sha256.hpp"

namespace solemn::format {

namespace {

using C = curve::Bn254;
using internal::to_decimal;

// $NAME$ is replaced.
constexpr std::string_view kTop = R"($LICENSE$
// Groth16 verifier for BN254, written by solemn.
// Key: the SHA-256 of its verification_key.json is
//   $HASH$
pragma solidity >=0.7.0 <0.9.0;

/// The ABI is the one of snarkjs. Answers false for a proof that does not verify, for points that are not on their curve
/// and for public signals that are not below the group order. Reverts when a precompiled contract fails: too little gas,
/// or a point _pB outside the prime-order subgroup. It never answers false for want of gas.
contract Groth16Verifier {
    uint256 private constant Q = $Q$; // base field
    uint256 private constant R = $R$; // group order
    // 3 / (9 + u): coefficient of the twist, real and imaginary part.
    uint256 private constant TWIST_RE = $TWIST_RE$;
    uint256 private constant TWIST_IM = $TWIST_IM$;
)";

constexpr std::string_view kHelpers = R"(
    /// y^2 = x^3 + 3 with reduced coordinates; infinity is refused.
    function onCurve(uint256 x, uint256 y) private pure returns (bool) {
        if (x >= Q || y >= Q) return false;
        return mulmod(y, y, Q) == addmod(mulmod(mulmod(x, x, Q), x, Q), 3, Q);
    }

    /// The same for the twist; xi, yi are the imaginary parts.
    function onTwist(uint256 xi, uint256 xr, uint256 yi, uint256 yr) private pure returns (bool) {
        if (xi >= Q || xr >= Q || yi >= Q || yr >= Q) return false;
        uint256 r2 = mulmod(xr, xr, Q);
        uint256 i2 = mulmod(xi, xi, Q);
        uint256 re = addmod(mulmod(xr, addmod(r2, Q - mulmod(3, i2, Q), Q), Q), TWIST_RE, Q);
        uint256 im = addmod(mulmod(xi, addmod(mulmod(3, r2, Q), Q - i2, Q), Q), TWIST_IM, Q);
        return addmod(mulmod(yr, yr, Q), Q - mulmod(yi, yi, Q), Q) == re && mulmod(2, mulmod(yr, yi, Q), Q) == im;
    }
$ADD_TERM$
    /// True when the product of the four pairings is one.
    function pairingIsOne(uint256[24] memory pairs) private view returns (bool) {
        uint256[1] memory answer;
        bool ok;
        assembly {
            ok := staticcall(gas(), 8, pairs, 768, answer, 32)
        }
        require(ok, "pairing precompile failed");
        return answer[0] == 1;
    }
)";

constexpr std::string_view kAddTerm = R"(
    /// sum[0..1] += s * (x, y); the other words are scratch.
    function addTerm(uint256[5] memory sum, uint256 x, uint256 y, uint256 s) private view {
        bool ok;
        sum[2] = x;
        sum[3] = y;
        sum[4] = s;
        assembly {
            let term := add(sum, 64)
            ok := staticcall(gas(), 7, term, 96, term, 64)
            if ok {
                ok := staticcall(gas(), 6, sum, 128, sum, 64)
            }
        }
        require(ok, "point precompile failed");
    }
)";

constexpr std::string_view kVerify = R"(
    function verifyProof(
        uint[2] calldata _pA,
        uint[2][2] calldata _pB,
        uint[2] calldata _pC$PARAMETER$
    ) public view returns (bool) {
        if (!onCurve(_pA[0], _pA[1]) || !onCurve(_pC[0], _pC[1])) return false;
        if (!onTwist(_pB[0][0], _pB[0][1], _pB[1][0], _pB[1][1])) return false;
$LOOP$
        uint256[5] memory sum;
        sum[0] = IC0_X;
        sum[1] = IC0_Y;
$TERMS$
        uint256[24] memory pairs;
        pairs[0] = _pA[0];
        pairs[1] = Q - _pA[1]; // e(-A, B)
        pairs[2] = _pB[0][0];
        pairs[3] = _pB[0][1];
        pairs[4] = _pB[1][0];
        pairs[5] = _pB[1][1];
        pairs[6] = ALPHA_X; // e(alpha, beta)
        pairs[7] = ALPHA_Y;
        pairs[8] = BETA_X_IM;
        pairs[9] = BETA_X_RE;
        pairs[10] = BETA_Y_IM;
        pairs[11] = BETA_Y_RE;
        pairs[12] = sum[0]; // e(IC0 + sum of s_i ICi, gamma)
        pairs[13] = sum[1];
        pairs[14] = GAMMA_X_IM;
        pairs[15] = GAMMA_X_RE;
        pairs[16] = GAMMA_Y_IM;
        pairs[17] = GAMMA_Y_RE;
        pairs[18] = _pC[0]; // e(C, delta)
        pairs[19] = _pC[1];
        pairs[20] = DELTA_X_IM;
        pairs[21] = DELTA_X_RE;
        pairs[22] = DELTA_Y_IM;
        pairs[23] = DELTA_Y_RE;
        return pairingIsOne(pairs);
    }
}
)";

std::string filled(std::string_view text, std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  std::string out(text);
  for (const auto& [name, value] : values) {
    const std::size_t at = out.find(name);
    ASSERT(at != std::string::npos);
    out.replace(at, name.size(), value);
  }
  return out;
}

std::string constant(const std::string& name, const C::Fq& value) {
  return "    uint256 private constant " + name + " = " + to_decimal(value) + ";\n";
}

std::string g1_constants(const std::string& name, const curve::G1<C>::Affine& point) {
  return constant(name + "_X", point.x) + constant(name + "_Y", point.y);
}

std::string g2_constants(const std::string& name, const curve::G2<C>::Affine& point) {
  return constant(name + "_X_IM", point.x.c1) + constant(name + "_X_RE", point.x.c0) +
         constant(name + "_Y_IM", point.y.c1) + constant(name + "_Y_RE", point.y.c0);
}

// p - 1 is the largest element; no prime here ends in 0.
template <class F>
std::string prime_of() {
  std::string text = to_decimal(-F::one());
  ++text.back();
  return text;
}

std::string verify_function(std::size_t n_public) {
  if (n_public == 0) return filled(kVerify, {{"$PARAMETER$", ""}, {"$LOOP$\n", ""}, {"$TERMS$\n", ""}});
  const std::string n = std::to_string(n_public);
  std::string terms;
  for (std::size_t i = 1; i <= n_public; ++i) {
    const std::string k = std::to_string(i);
    terms += "        addTerm(sum, IC" + k + "_X, IC" + k + "_Y, _pubSignals[" + std::to_string(i - 1) + "]);\n";
  }
  return filled(kVerify, {{"$PARAMETER$", ",\n        uint[" + n + "] calldata _pubSignals"},
                          {"$LOOP$\n", "        for (uint256 i = 0; i < " + n +
                                           "; i++) {\n"
                                           "            if (_pubSignals[i] >= R) return false;\n        }\n"},
                          {"$TERMS$\n", terms}});
}

}  // namespace

std::string write_solidity_verifier(const VerifyingKey<C>& vk) {
  ASSERT(!vk.ic.empty());
  const std::size_t n_public = vk.ic.size() - 1;
  const std::string hash = base::to_hex(hash::sha256(base::as_bytes(write_vkey_json(vk))));
  const curve::Bn254::Fq2 twist = curve::G2<C>::b();
  std::string out = filled(kTop, {{"$LICENSE$", "// SPDX-License-Identifier: CC0-1.0"},
                                  {"$HASH$", hash},
                                  {"$Q$", prime_of<C::Fq>()},
                                  {"$R$", prime_of<C::Fr>()},
                                  {"$TWIST_RE$", to_decimal(twist.c0)},
                                  {"$TWIST_IM$", to_decimal(twist.c1)}});
  out += g1_constants("ALPHA", vk.alpha1);
  out += g2_constants("BETA", vk.beta2);
  out += g2_constants("GAMMA", vk.gamma2);
  out += g2_constants("DELTA", vk.delta2);
  for (std::size_t i = 0; i <= n_public; ++i) out += g1_constants("IC" + std::to_string(i), vk.ic[i]);
  out += filled(kHelpers, {{"$ADD_TERM$", n_public == 0 ? std::string_view() : kAddTerm}});
  out += verify_function(n_public);
  return out;
}

}  // namespace solemn::format
