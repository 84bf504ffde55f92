pragma circom 2.1.0;

include "poseidon.circom";
include "mux1.circom";

// I know a secret whose Poseidon hash is one of the leaves of the Merkle tree with this root,
// and `nullifier` is the hash of that secret with the given topic, so that nobody can use a leaf twice for one topic.
template MerkleInclusion(depth) {
    signal input secret;
    signal input path_index[depth];    // 0: our node is the left child, 1: the right one
    signal input sibling[depth];
    signal input topic;
    signal output root;
    signal output nullifier;

    component leaf = Poseidon(1);
    leaf.inputs[0] <== secret;

    component node[depth];
    component order[depth];
    signal hash[depth + 1];
    hash[0] <== leaf.out;
    for (var i = 0; i < depth; i++) {
        path_index[i] * (1 - path_index[i]) === 0;
        order[i] = MultiMux1(2);
        order[i].c[0][0] <== hash[i];
        order[i].c[0][1] <== sibling[i];
        order[i].c[1][0] <== sibling[i];
        order[i].c[1][1] <== hash[i];
        order[i].s <== path_index[i];
        node[i] = Poseidon(2);
        node[i].inputs[0] <== order[i].out[0];
        node[i].inputs[1] <== order[i].out[1];
        hash[i + 1] <== node[i].out;
    }
    root <== hash[depth];

    component tag = Poseidon(2);
    tag.inputs[0] <== topic;
    tag.inputs[1] <== secret;
    nullifier <== tag.out;
}

component main {public [topic]} = MerkleInclusion(20);
