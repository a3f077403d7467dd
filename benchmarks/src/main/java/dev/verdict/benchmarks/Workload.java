package dev.verdict.benchmarks;

import dev.verdict.repops.Shape;
import java.util.List;
import java.util.Locale;

/// Something that every engine can be asked to compute.
public sealed interface Workload {
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

  /// Whether with one thread that is the calling one.
  default boolean isCallersAlone() {
    return true;
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

  /// A convolution of square images [n,c,side,side] by [m,c,kernel,kernel] without bias.
  ///
  /// @param backward also its gradients for images and kernels, given one for the result
  record Conv(String name, int n, int c, int side, int m, int kernel, int stride, int pad, boolean backward)
      implements Workload {
    /// The result's height and width.
    public int outSide() {
      return (side + 2 * pad - kernel) / stride + 1;
    }

    @Override
    public String unit() {
      return "GFLOP/s";
    }

    @Override
    public double work() {
      return (backward ? 6e-9 : 2e-9) * n * m * outSide() * outSide() * c * kernel * kernel;
    }

    @Override
    public List<Shape> operands() {
      Shape x = Shape.of(n, c, side, side);
      Shape w = Shape.of(m, c, kernel, kernel);
      return backward ? List.of(x, w, Shape.of(n, m, outSide(), outSide())) : List.of(x, w);
    }
  }

  /// Causal attention of one sequence; work counts all pairs of positions, those that are masked too.
  record Attention(int heads, int sequence, int size) implements Workload {
    @Override
    public String name() {
      return "attention causal " + heads + "x" + sequence + "x" + size;
    }

    @Override
    public String unit() {
      return "GFLOP/s";
    }

    @Override
    public double work() {
      return 4e-9 * heads * sequence * sequence * size;
    }

    @Override
    public List<Shape> operands() {
      Shape x = Shape.of(1, heads, sequence, size);
      return List.of(x, x, x);
    }
  }

  /// The commitment to a tensor (SPEC §4), beside SHA-256 of its 1 KiB blocks alone.
  record Commitment(int megabytes) implements Workload {
    @Override
    public String name() {
      return "commitment " + megabytes + " MiB";
    }

    /// Hashing has workers of its own.
    @Override
    public boolean isCallersAlone() {
      return false;
    }

    @Override
    public String unit() {
      return "GB/s";
    }

    @Override
    public double work() {
      return 1e-9 * megabytes * (1 << 20);
    }

    @Override
    public List<Shape> operands() {
      return List.of(Shape.of((long) megabytes << 18));
    }
  }

  /// One step of training: forward, backward, AdamW. The same first parameters and batches for everybody.
  record Training(TrainedModel model) implements Workload {
    @Override
    public String name() {
      return "training step " + model.label();
    }

    @Override
    public String unit() {
      return "step/s";
    }

    @Override
    public double work() {
      return 1;
    }

    @Override
    public List<Shape> operands() {
      return List.of();
    }
  }
}
