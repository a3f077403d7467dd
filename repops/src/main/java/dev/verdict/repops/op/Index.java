package dev.verdict.repops.op;

/// The index of one dimension of a tensor inside a node's body: affine in the loop indices, or computed in a register.
public sealed interface Index permits Affine, Scalar {}
