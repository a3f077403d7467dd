package dev.verdict.benchmarks;

import dev.verdict.repops.Shape;
import java.util.List;
import java.util.Locale;

/// Something that every engine can be asked to compute.
sealed interface Workload {
  String name();

  /// What is counted, so that more is better.
  String unit();

  /// How many of the unit's things one run is.
  double work();

  /// The shapes of its f32 operands.
  List<Shape> operands();

  /// A product or a convolution: held against the machine's FMA peak too.
  default boolean isProduct() {
    return unit().equals("GFLOP/s");
  }

  /// C = A · B with A [m,k] or, transposed, stored as [k,m], and B [k,n] or stored as [n,k].
  record MatMul(String name, int m, int n, int k, boolean transposeA, boolean transposeB) implements Workload {
    @Override
    public String unit() {
      return "GFLOP/s";
    }

    @Override
    public double work() {
      return 2e-9 * m * n * k;
    }

    @Override
    public List<Shape> operands() {
      return List.of(transposeA ? Shape.of(k, m) : Shape.of(m, k), transposeB ? Shape.of(n, k) : Shape.of(k, n));
    }
  }

  /// A function of each element.
  enum Function {
    EXP,
    GELU
  }

  /// [Function] over `n` elements.
  record Map(Function function, int n) implements Workload {
    @Override
    public String name() {
      return function.name().toLowerCase(Locale.ROOT) + " " + n;
    }

    @Override
    public String unit() {
      return "Gelement/s";
    }

    @Override
    public double work() {
      return 1e-9 * n;
    }

    @Override
    public List<Shape> operands() {
      return List.of(Shape.of(n));
    }
  }

  /// What is done along each row.
  enum RowFunction {
    SOFTMAX,
    /// With scale and bias.
    LAYERNORM
  }

  /// [RowFunction] of [rows, columns].
  record Rowwise(RowFunction function, int rows, int columns) implements Workload {
    @Override
    public String name() {
      return function.name().toLowerCase(Locale.ROOT) + " " + rows + "x" + columns;
    }

    @Override
    public String unit() {
      return "Gelement/s";
    }

    @Override
    public double work() {
      return 1e-9 * rows * columns;
    }

    @Override
    public List<Shape> operands() {
      Shape x = Shape.of(rows, columns);
      return function == RowFunction.SOFTMAX ? List.of(x) : List.of(x, Shape.of(columns), Shape.of(columns));
    }
  }
}
