package dev.verdict.repops.conformance;

import static dev.verdict.repops.conformance.Operand.floats;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.op.RotaryEmbedding;
import java.util.List;

/// Attention and the positions that it is told.
final class AttentionCases {
  private static final String FORMULA = "softmax((Σ q·k) · scale, masked) · v";
  private static final String GRADIENT = "Σ ds·k, Σ ds·q, Σ w·g with ds = w · (p − Σ p·w) · scale, p = Σ g·v";

  private AttentionCases() {}

  static List<OperatorCase> all() {
    return List.of(
        OperatorCase.of("Attention").onnx("Attention", 23).formula(FORMULA).gradient(GRADIENT)
            .takes(floats(2, 3, 9, 8), floats(2, 3, 11, 8), floats(2, 3, 11, 5))
            .computes((g, x) -> g.attention(x.get(0), x.get(1), x.get(2), false)),
        OperatorCase.of("Attention, grouped queries, causal").onnx("Attention", 23).formula(FORMULA)
            .gradient(GRADIENT).takes(floats(2, 17, 24), floats(2, 17, 12), floats(2, 17, 12))
            .computes((g, x) -> g.mergeHeads(g.attention(g.splitHeads(x.get(0), 4), g.splitHeads(x.get(1), 2),
                g.splitHeads(x.get(2), 2), true))),
        OperatorCase.of("Attention, added mask").onnx("Attention", 23).formula(FORMULA)
            .gradient(GRADIENT + "; of the mask ds before scale")
            .takes(floats(2, 4, 5, 6), floats(2, 2, 9, 6), floats(2, 2, 9, 3), floats(4, 1, 9))
            .computes((g, x) -> g.attention(x.get(0), x.get(1), x.get(2), x.get(3), false, 0.25f)),
        OperatorCase.of("Attention, integer mask").onnx("Attention", 23)
            .formula(FORMULA + "; a row that is masked throughout gives 0").gradient(GRADIENT)
            .takes(floats(1, 2, 4, 6), floats(1, 2, 4, 6), floats(1, 2, 4, 3),
                Operand.bytes(Shape.of(4, 4), 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1))
            .computes((g, x) -> g.attention(x.get(0), x.get(1), x.get(2), x.get(3), false, 0.25f)),
        OperatorCase.of("RotaryEmbedding").onnx("RotaryEmbedding", 23)
            .formula("(a · cos + −(b · sin), b · cos + a · sin) of features a and b half a head apart")
            .gradient("the same with sin's sign turned").takes(floats(2, 3, 9, 8))
            .computes((g, x) -> g.rotaryEmbedding(x.get(0), RotaryEmbedding.tables(g, 9, 8, 10_000f), null, false,
                0)),
        OperatorCase.of("RotaryEmbedding, interleaved, partial, at positions").onnx("RotaryEmbedding", 23)
            .formula("the same of neighbours among the first features").gradient("the same with sin's sign turned")
            .takes(floats(2, 3, 4, 10), floats(7, 3).held(), floats(7, 3).held(),
                Operand.indices(DType.I32, 7, 2, 4))
            .computes((g, x) -> g.rotaryEmbedding(x.get(0), new RotaryEmbedding(x.get(1), x.get(2)), x.get(3), true,
                6)));
  }
}
