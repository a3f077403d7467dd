package dev.verdict.repops.conformance;

import static dev.verdict.repops.conformance.Operand.floats;

import dev.verdict.repops.op.Sliding;
import java.util.List;

/// Windows over images.
final class PoolingCases {
  private PoolingCases() {}

  static List<OperatorCase> all() {
    Sliding overlapping = Sliding.unit().stride(2, 1).pad(1);
    return List.of(
        OperatorCase.of("MaxPool").onnx("MaxPool", 22).formula("a fold of max from −∞ over the window, row-major")
            .gradient("g to the first largest of each window").takes(floats(2, 3, 7, 9))
            .computes((g, x) -> g.maxPool(x.get(0), 2, 2, Sliding.unit().stride(2, 2))),
        OperatorCase.of("MaxPool, overlapping").onnx("MaxPool", 22)
            .formula("a fold of max from −∞ over the window, row-major; padding is −∞")
            .gradient("g to the first largest of each window").takes(floats(2, 3, 7, 9))
            .computes((g, x) -> g.maxPool(x.get(0), 3, 2, overlapping)),
        OperatorCase.of("AveragePool").onnx("AveragePool", 22)
            .formula("a fold of + from +0 over the window, divided by its elements").gradient("g / count, folded")
            .takes(floats(2, 3, 7, 9)).computes((g, x) -> g.averagePool(x.get(0), 3, 2, overlapping, false)),
        OperatorCase.of("AveragePool, counting pads").onnx("AveragePool", 22)
            .formula("a fold of + from +0 over the window, divided by its size").gradient("g / size, folded")
            .takes(floats(2, 3, 7, 9)).computes((g, x) -> g.averagePool(x.get(0), 3, 2, overlapping, true)),
        OperatorCase.of("MaxPool, one dimension").onnx("MaxPool", 22).formula("MaxPool of images of height 1")
            .gradient("g to the first largest of each window").takes(floats(2, 3, 11))
            .computes((g, x) -> g.maxPool(x.get(0), 3, Sliding.line(2, 1, 0, 2))),
        OperatorCase.of("MaxPool, ceiling").onnx("MaxPool", 22).formula("a last window may reach beyond the edge")
            .gradient("g to the first largest of each window").takes(floats(2, 3, 7, 8))
            .computes((g, x) -> g.maxPool(x.get(0), 2, 3, Sliding.unit().stride(3, 2).pad(1).ceiling())),
        OperatorCase.of("AveragePool, one dimension").onnx("AveragePool", 22)
            .formula("AveragePool of images of height 1; dilated here").gradient("g / count, folded")
            .takes(floats(2, 3, 11)).computes((g, x) -> g.averagePool(x.get(0), 3, Sliding.line(2, 1, 0, 2), false)),
        OperatorCase.of("AveragePool, ceiling").onnx("AveragePool", 22)
            .formula("with a last window that reaches beyond the edge; what is beyond the pads doesn't count")
            .gradient("g / count, folded").takes(floats(2, 3, 7, 8))
            .computes((g, x) -> g.averagePool(x.get(0), 3, 2, Sliding.unit().stride(2, 3).pad(1).ceiling(), true)),
        OperatorCase.of("GlobalAveragePool").onnx("GlobalAveragePool", 22).formula("ReduceMean over each plane")
            .gradient("g / K expanded").takes(floats(2, 3, 5, 7))
            .computes((g, x) -> g.globalAveragePool(x.get(0))));
  }
}
