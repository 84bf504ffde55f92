"""Beacon values that the tests use."""

# The value of everybody's tutorial. The known answers were made with it; the program refuses it
# without --insecure-test-beacon.
KNOWN_ANSWER_BEACON = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"

# sha256("solemn tests: not a real beacon"): only tests use it, and nobody relies on their outcome.
PUBLIC_BEACON = "7bd414e4e87b306e713a2840ba930ed805746d5c153cf1d719e0ebdbe5b8d04e"
