package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Measures generated code, in ns for each evaluation of a body on one thread: run `main`.
final class MapBenchmark {
  /// Elements of a tensor.
  private static final int N = Integer.getInteger("verdict.elements", 1 << 18);

  private static final int RUNS = Math.max(1, 5_000_000 / N);

  private MapBenchmark() {}

  private static Instruction op(Opcode op, int... r) {
    return new Instruction(op, r.length > 0 ? r[0] : 0, r.length > 1 ? r[1] : 0, r.length > 2 ? r[2] : 0, 0);
  }

  private static Instruction constant(float value) {
    return new Instruction(Opcode.CONST_F, 0, 0, 0, Float.floatToIntBits(value));
  }

  private static Input view(int state, long[] out, long... red) {
    return new Input(new Source.State(state), DType.F32, N, 0, out, red);
  }

  private static Node map(String label, int states, Instruction... body) {
    List<Input> inputs = new ArrayList<>();
    for (int s = 0; s < states; s++) {
      inputs.add(view(s, new long[] {1}));
    }
    return new Node(label, DType.F32, Shape.of(N), Shape.scalar(), 0, inputs, List.of(body));
  }

  public static void main(String[] args) {
    List<Node> nodes = List.of(
        map("add", 2, op(Opcode.LOAD), op(Opcode.LOAD, 1), op(Opcode.ADD, 0, 1)),
        map("relu", 1, op(Opcode.LOAD), op(Opcode.CONST_F), op(Opcode.MAX, 0, 1)),
        map("relu gradient", 2, op(Opcode.LOAD), op(Opcode.LOAD, 1), op(Opcode.CONST_F), op(Opcode.FLT, 2, 0),
            op(Opcode.SELECT, 3, 1, 2)),
        map("adam-like", 4, op(Opcode.LOAD), op(Opcode.LOAD, 1), op(Opcode.LOAD, 2), op(Opcode.LOAD, 3),
            op(Opcode.FMA, 0, 1, 2), op(Opcode.SQRT, 3), op(Opcode.ADD, 5, 1), op(Opcode.DIV, 4, 6),
            op(Opcode.SUB, 0, 7)),
        map("gelu", 1, op(Opcode.LOAD), constant(0.5f), op(Opcode.MUL, 1, 0), constant(1.4142135f),
            op(Opcode.DIV, 0, 3), op(Opcode.ERF, 4), constant(1f), op(Opcode.ADD, 6, 5), op(Opcode.MUL, 2, 7)),
        map("exp", 1, op(Opcode.LOAD), op(Opcode.EXP, 0)),
        map("log", 1, op(Opcode.LOAD), op(Opcode.LOG, 0)),
        map("tanh", 1, op(Opcode.LOAD), op(Opcode.TANH, 0)),
        map("erf", 1, op(Opcode.LOAD), op(Opcode.ERF, 0)),
        map("sin", 1, op(Opcode.LOAD), op(Opcode.SIN, 0)),
        map("cos", 1, op(Opcode.LOAD), op(Opcode.COS, 0)),
        new Node("transpose", DType.F32, Shape.of(N / 512, 512), Shape.scalar(), 0,
            List.of(view(0, new long[] {1, N / 512})), List.of(op(Opcode.LOAD))),
        new Node("row sum", DType.F32, Shape.of(N / 1024), Shape.of(1024), 0, List.of(view(0, new long[] {1024}, 1)),
            List.of(op(Opcode.LOAD), op(Opcode.ACC), op(Opcode.ADD, 1, 0))),
        new Node("row max", DType.F32, Shape.of(N / 1024), Shape.of(1024), 0xff800000,
            List.of(view(0, new long[] {1024}, 1)), List.of(op(Opcode.LOAD), op(Opcode.ACC), op(Opcode.MAX, 1, 0))),
        new Node("row product", DType.F32, Shape.of(N / 1024), Shape.of(1024), 0,
            List.of(view(0, new long[] {1024}, 1), view(1, new long[] {1024}, 1)),
            List.of(op(Opcode.LOAD), op(Opcode.LOAD, 1), op(Opcode.ACC), op(Opcode.FMA, 0, 1, 2))),
        new Node("column sum", DType.F32, Shape.of(1024), Shape.of(N / 1024), 0, List.of(view(0, new long[] {1}, 1024)),
            List.of(op(Opcode.LOAD), op(Opcode.ACC), op(Opcode.ADD, 1, 0))),
        new Node("sum of all", DType.F32, Shape.scalar(), Shape.of(N), 0, List.of(view(0, new long[0], 1)),
            List.of(op(Opcode.LOAD), op(Opcode.ACC), op(Opcode.ADD, 1, 0))));
    Random random = new Random(1);
    List<Tensor> states = new ArrayList<>();
    List<Slot> slots = new ArrayList<>();
    for (int s = 0; s < 4; s++) {
      Tensor t = Tensor.zeros(DType.F32, Shape.of(N));
      for (int i = 0; i < N; i++) {
        t.setFloat(i, (float) random.nextGaussian());
      }
      states.add(t);
      slots.add(new Slot("s" + s, DType.F32, Shape.of(N), Slot.UNCHANGED));
    }
    StepInputs inputs = new StepInputs(states, List.of(), List.of());
    for (Node node : nodes) {
      CompiledProgram p = new CpuExecutor().compile(new Program(slots, List.of(), List.of(), List.of(node)));
      double[] ns = new double[15];
      for (int i = -10; i < ns.length; i++) {
        long start = System.nanoTime();
        for (int r = 0; r < RUNS; r++) {
          p.run(r, inputs, NodeObserver.NONE);
        }
        if (i >= 0) {
          ns[i] = (System.nanoTime() - start) / (double) RUNS / (node.out().numel() * node.foldLength());
        }
      }
      Arrays.sort(ns);
      System.out.printf("%-14s %6.2f ns (best %.2f)%n", node.label(), ns[ns.length / 2], ns[0]);
    }
  }
}
