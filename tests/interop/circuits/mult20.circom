pragma circom 2.0.0;
// The known answers of spec section 12 are for exactly this circuit.
template Mult(n) {
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
component main {public [a]} = Mult(20);
