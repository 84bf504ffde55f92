pragma circom 2.0.0;
// The known answers of spec section 12 are for exactly this circuit.
template Mult() {
    signal input a;
    signal input b;
    signal output c;
    c <== a*b;
}
component main = Mult();
