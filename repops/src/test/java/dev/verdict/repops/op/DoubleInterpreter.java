package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.ExpMinus;
import dev.verdict.repops.ir.FastExp;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.RegisterType;
import dev.verdict.repops.ir.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Evaluates programs with binary64 in place of binary32, and no rounding where a tensor is stored: an oracle for
/// gradients, made from SPEC §3.1 and sharing no code with the executors.
final class DoubleInterpreter {
  private final Program program;
  private final List<double[]> nodes = new ArrayList<>();

  DoubleInterpreter(Program program) {
    this.program = program;
  }

  static double[] doubles(Tensor t) {
    double[] values = new double[Math.toIntExact(t.numel())];
    for (int i = 0; i < values.length; i++) {
      values[i] = t.dtype() == DType.F32 ? t.getFloat(i) : t.getLong(i);
    }
    return values;
  }

  double[] output(int node) {
    return nodes.get(node);
  }

  void run(long step, List<double[]> states, List<double[]> data) {
    nodes.clear();
    for (Node node : program.nodes()) {
      List<double[]> operands = new ArrayList<>();
      for (Input input : node.inputs()) {
        operands.add(switch (input.source()) {
          case Source.NodeOutput n -> nodes.get(n.index());
          case Source.State s -> states.get(s.index());
          case Source.Data d -> data.get(d.index());
          case Source.Const c -> throw new UnsupportedOperationException("constants");
        });
      }
      nodes.add(compute(node, step, operands));
    }
  }

  private static double[] compute(Node node, long step, List<double[]> operands) {
    double[] out = new double[Math.toIntExact(node.out().numel())];
    long[] o = new long[node.out().rank()];
    long[] r = new long[node.red().rank()];
    Body body = new Body(node, step, operands);
    for (int e = 0; e < out.length; e++) {
      node.out().unflatten(e, o);
      double acc = node.dtype() == DType.F32 ? Float.intBitsToFloat(node.initBits()) : node.initBits();
      for (long k = 0; k < node.foldLength(); k++) {
        node.red().unflatten(k, r);
        acc = body.evaluate(acc, o, r);
      }
      out[e] = acc;
    }
    return out;
  }

  private static final class Body {
    private final Node node;
    private final long step;
    private final List<double[]> operands;
    private final double[] f;
    private final long[] i;
    private final boolean[] isFloat;
    /// For each instruction the register that it is the [ExpMinus] or the [FastExp] of; -1 for others.
    private final int[] exponents;

    Body(Node node, long step, List<double[]> operands) {
      this.node = node;
      this.step = step;
      this.operands = operands;
      f = new double[node.body().size()];
      i = new long[node.body().size()];
      isFloat = new boolean[node.body().size()];
      exponents = new int[node.body().size()];
      Arrays.setAll(exponents, at -> Math.max(
          ExpMinus.COMPOSITION.argument(node.body(), at), FastExp.COMPOSITION.argument(node.body(), at)));
    }

    double evaluate(double acc, long[] o, long[] r) {
      int last = node.body().size() - 1;
      for (int at = 0; at <= last; at++) {
        execute(at, node.body().get(at), acc, o, r);
        if (exponents[at] >= 0) {
          f[at] = Math.exp(f[exponents[at]]);
        }
      }
      return isFloat[last] ? f[last] : switch (node.dtype()) {
        case I32 -> (int) i[last];
        case U8 -> i[last] & 255;
        case F32 -> throw new IllegalStateException("f32 from an i64");
      };
    }

    private void read(int at, int input, long index) {
      double[] t = operands.get(input);
      set(at, node.inputs().get(input).dtype(), index >= 0 && index < t.length ? t[(int) index] : 0);
    }

    private void set(int at, DType dtype, double value) {
      isFloat[at] = RegisterType.of(dtype) == RegisterType.F32;
      f[at] = value;
      i[at] = (long) value;
    }

    private void execute(int at, Instruction n, double acc, long[] o, long[] r) {
      int a = n.a();
      int b = n.b();
      int c = n.c();
      if (n.op().result() != null) {
        isFloat[at] = n.op().result() == RegisterType.F32;
      }
      switch (n.op()) {
        case LOAD -> read(at, a, node.inputs().get(a).flatIndex(o, r));
        case GATHER -> read(at, a, i[b]);
        case ACC -> set(at, node.dtype(), acc);
        case CONST_F -> f[at] = Float.intBitsToFloat(n.imm());
        case CONST_I -> i[at] = n.imm();
        case INDEX -> i[at] = a < o.length ? o[a] : r[a - o.length];
        case STEP -> i[at] = step;
        case ADD -> f[at] = f[a] + f[b];
        case SUB -> f[at] = f[a] - f[b];
        case MUL -> f[at] = f[a] * f[b];
        case DIV -> f[at] = f[a] / f[b];
        case FMA -> f[at] = f[a] * f[b] + f[c];
        case SQRT -> f[at] = Math.sqrt(f[a]);
        case NEG -> f[at] = -f[a];
        case ABS -> f[at] = Math.abs(f[a]);
        case MIN -> f[at] = Math.min(f[a], f[b]);
        case MAX -> f[at] = Math.max(f[a], f[b]);
        case EXP -> f[at] = Math.exp(f[a]);
        case LOG -> f[at] = Math.log(f[a]);
        case TANH -> f[at] = Math.tanh(f[a]);
        case ERF -> f[at] = erf(f[a]);
        case SIN -> f[at] = Math.sin(f[a]);
        case COS -> f[at] = Math.cos(f[a]);
        case FLT -> i[at] = f[a] < f[b] ? 1 : 0;
        case FLE -> i[at] = f[a] <= f[b] ? 1 : 0;
        case FEQ -> i[at] = f[a] == f[b] ? 1 : 0;
        case ILT -> i[at] = i[a] < i[b] ? 1 : 0;
        case ILE -> i[at] = i[a] <= i[b] ? 1 : 0;
        case IEQ -> i[at] = i[a] == i[b] ? 1 : 0;
        case SELECT -> {
          int from = i[a] != 0 ? b : c;
          isFloat[at] = isFloat[from];
          f[at] = f[from];
          i[at] = i[from];
        }
        case IADD -> i[at] = i[a] + i[b];
        case ISUB -> i[at] = i[a] - i[b];
        case IMUL -> i[at] = i[a] * i[b];
        case IDIV -> i[at] = i[b] == 0 ? 0 : i[a] / i[b];
        case IREM -> i[at] = i[b] == 0 ? 0 : i[a] % i[b];
        case IAND -> i[at] = i[a] & i[b];
        case IOR -> i[at] = i[a] | i[b];
        case IXOR -> i[at] = i[a] ^ i[b];
        case ISHL -> i[at] = i[a] << i[b];
        case ISHR -> i[at] = i[a] >> i[b];
        case IUSHR -> i[at] = i[a] >>> i[b];
        case ITOF -> f[at] = i[a];
        case FTOI -> i[at] = (long) f[a];
        case BITS_TO_F, F_TO_BITS -> {
          // An exponential's, which looks at no number but its argument.
          if (Arrays.stream(exponents).allMatch(d -> d < 0)) {
            throw new UnsupportedOperationException(n.op().toString());
          }
          f[at] = Double.NaN;
        }
      }
    }
  }

  /// erf x = 2/√π·e^(−x²)·Σ 2ⁿ·x^(2n+1) / (1·3·5·…·(2n+1)): terms of one sign, so that none cancel.
  private static double erf(double x) {
    double sum = 0;
    double term = x;
    for (int n = 1; sum + term != sum; n++) {
      sum += term;
      term *= 2 * x * x / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /// A copy of `values` with one element moved.
  static double[] moved(double[] values, int i, double by) {
    double[] copy = Arrays.copyOf(values, values.length);
    copy[i] += by;
    return copy;
  }
}
