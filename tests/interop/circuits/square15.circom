pragma circom 2.0.0;
// As many constraints as need a domain of 2^15, where snarkjs hashes one point too many into the circuit hash.
template Squares(n) {
    signal input a;
    signal input b;
    signal output c;
    signal int[n];
    int[0] <== a*a + b;
    for (var i=1; i<n; i++) {
        int[i] <== int[i-1]*int[i-1] + b;
    }
    c <== int[n-1];
}
component main {public [a]} = Squares(17000);
