package dev.verdict.repops.op;

import org.jspecify.annotations.Nullable;

/// How a value depends on one operand.
///
/// @param operator the label of the node that made the value
/// @param pullback null where the operator has no gradient
record Derivation(String operator, Value operand, NodeBuilder.@Nullable Pullback pullback) {}
