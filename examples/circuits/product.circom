pragma circom 2.1.0;

// I know two numbers whose product is c.
template Product() {
    signal input a;
    signal input b;
    signal output c;

    c <== a * b;
}

component main = Product();
