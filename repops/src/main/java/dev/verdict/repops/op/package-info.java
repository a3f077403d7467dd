/// Operators, gradients and optimisers, lowered to programs (SPEC §3.3).
///
/// Entry types: [dev.verdict.repops.op.GraphBuilder] has the operators under their ONNX names,
/// [dev.verdict.repops.op.Gradients] differentiates, an [dev.verdict.repops.op.Optimizer] updates the states, and
/// [dev.verdict.repops.op.MultilayerPerceptron], [dev.verdict.repops.op.ConvolutionalNetwork] and
/// [dev.verdict.repops.op.DecoderTransformer] put them together.
/// [dev.verdict.repops.op.NodeBuilder] writes the body of a new operator so that it reads like its formula.
///
/// Invariants: lowering is a pure function of operator, shapes and attributes, so the same calls give the same bytes;
/// the order of every floating-point operation is part of an operator's definition and stands in its Javadoc.
/// Thread-safety: a graph builder and what it hands out serve one thread; everything built is immutable.
@NullMarked
package dev.verdict.repops.op;

import org.jspecify.annotations.NullMarked;
