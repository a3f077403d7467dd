package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Composition;
import dev.verdict.repops.ir.ExpMinus;
import dev.verdict.repops.ir.FastExp;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.NormalDistribution;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramValidator;
import dev.verdict.repops.ir.RegisterType;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Instructions that one call computes with their only reader, and those that look like it: read twice, or by another
/// operand. Registers 0 and 1 are rows x and y, 2 is the same in all lanes of a row.
class InlinedInstructionsTest {
  private static final long[] COLUMNS = {64, 50, 2_064};
  private static final int ROWS = 3;

  private static final List<Composition> COMPOSITIONS =
      List.of(ExpMinus.COMPOSITION, FastExp.COMPOSITION, NormalDistribution.CDF, NormalDistribution.GELU);

  private static final List<List<Instruction>> BODIES = List.of(
      body(op(Opcode.MUL, 0, 2), op(Opcode.ERF, 3)),
      body(op(Opcode.MUL, 2, 0), op(Opcode.ERF, 3)),
      body(op(Opcode.MUL, 0, 1), op(Opcode.ERF, 3)),
      body(op(Opcode.SUB, 0, 2), op(Opcode.EXP, 3)),
      body(op(Opcode.SUB, 2, 0), op(Opcode.EXP, 3)),
      body(op(Opcode.MUL, 0, 2), op(Opcode.EXP, 3)),
      body(op(Opcode.SUB, 0, 2), op(Opcode.ERF, 3)),
      body(op(Opcode.MUL, 0, 2), op(Opcode.ERF, 3), op(Opcode.ADD, 3, 4)),
      body(op(Opcode.SUB, 0, 2), op(Opcode.EXP, 3), op(Opcode.ADD, 3, 4)),
      body(op(Opcode.MUL, 0, 2), op(Opcode.FMA, 3, 1, 3)),
      body(op(Opcode.MUL, 2, 0), op(Opcode.FMA, 3, 1, 3)),
      body(op(Opcode.MUL, 0, 2), op(Opcode.FMA, 1, 3, 3)),
      body(op(Opcode.MUL, 0, 2), op(Opcode.FMA, 3, 3, 3)),
      body(op(Opcode.MUL, 0, 2), op(Opcode.FMA, 3, 2, 3)),
      body(op(Opcode.MUL, 0, 2), op(Opcode.FMA, 3, 1, 0)),
      body(op(Opcode.MUL, 0, 2), op(Opcode.FMA, 3, 1, 3), op(Opcode.SUB, 4, 3)),
      // Two elementary functions of which one row at most can be the output's, in either order.
      body(op(Opcode.MUL, 0, 2), op(Opcode.ERF, 3), op(Opcode.MUL, 1, 2), op(Opcode.FMA, 5, 4, 5)),
      body(op(Opcode.ERF, 0), op(Opcode.EXP, 1), op(Opcode.FMA, 3, 4, 0)),
      body(op(Opcode.EXP, 0), op(Opcode.TANH, 3), op(Opcode.MUL, 4, 3)),
      body(op(Opcode.EXP, 0), op(Opcode.ADD, 3, 1), op(Opcode.ERF, 4)),
      body(op(Opcode.SIN, 0), op(Opcode.COS, 0), op(Opcode.SQRT, 4), op(Opcode.FMA, 3, 5, 4)));

  /// A composition of whatever a body has: of a row, of a difference, of what is the same in all lanes; one whose parts
  /// something else reads, and each with one instruction changed; two of them, where a body may be so long.
  private static List<List<Instruction>> composed(Composition c) {
    List<List<Instruction>> bodies = new ArrayList<>();
    List<Instruction> difference = body(op(Opcode.SUB, 0, 2));
    for (int argument : new int[] {0, 1, 2, 3}) {
      bodies.add(append(difference, c, argument));
    }
    List<Instruction> one = append(difference, c, 3);
    bodies.add(and(one, op(Opcode.MUL, one.size() - 1, 1)));
    bodies.add(and(one, op(Opcode.FMA, one.size() - 1, 3, 2)));
    List<Instruction> two = append(one, c, 1);
    bodies.add(and(two, op(Opcode.SUB, two.size() - 1, one.size() - 1)));
    bodies.add(append(one, c, one.size() - 1));
    for (int i = difference.size(); i < one.size(); i++) {
      if (one.get(i).op().result() == RegisterType.F32 && one.get(i).registers().length > 0) {
        bodies.add(and(one, op(Opcode.ADD, one.size() - 1, i)));
      }
      if (one.get(i).op() == Opcode.CONST_F) {
        List<Instruction> changed = new ArrayList<>(one);
        changed.set(i, new Instruction(Opcode.CONST_F, 0, 0, 0, one.get(i).imm() ^ 1));
        bodies.add(changed);
      }
    }
    bodies.removeIf(body -> body.size() > ProgramValidator.MAX_BODY);
    return bodies;
  }

  /// `before`, then a composition of its register `argument`.
  private static List<Instruction> append(List<Instruction> before, Composition c, int argument) {
    List<Instruction> body = new ArrayList<>(before);
    int[] register = new int[c.instructions().size()];
    register[0] = argument;
    for (int i = 1; i < register.length; i++) {
      Instruction x = c.instructions().get(i);
      int[] r = Arrays.stream(x.registers()).map(o -> register[o]).toArray();
      register[i] = body.size();
      body.add(new Instruction(
          x.op(), r.length > 0 ? r[0] : 0, r.length > 1 ? r[1] : 0, r.length > 2 ? r[2] : 0, x.imm()));
    }
    return body;
  }

  private static List<Instruction> and(List<Instruction> before, Instruction last) {
    List<Instruction> body = new ArrayList<>(before);
    body.add(last);
    return body;
  }

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_compositions_equalReference(Parity.Path path) {
    for (Composition c : COMPOSITIONS) {
      for (List<Instruction> body : composed(c)) {
        for (long columns : COLUMNS) {
          for (boolean isSpecial : new boolean[] {false, true}) {
            assertThat(Parity.firstDifference(path.executor(), sample(columns, body, isSpecial)))
                .as("%s: %s, %s: %s", c, columns, isSpecial, body).isEmpty();
          }
        }
      }
    }
  }

  /// Column sums of each, by one loop too, though the last of its instructions is such as the vectoriser takes.
  @Test
  void run_foldsOfCompositions_equalReference_inVectors() {
    for (Composition c : COMPOSITIONS) {
      List<Instruction> body = new ArrayList<>(append(List.of(op(Opcode.LOAD, 0)), c, 0));
      body.add(new Instruction(Opcode.ACC, 0, 0, 0, 0));
      body.add(op(Opcode.ADD, body.size() - 1, body.size() - 2));
      Node node = new Node("Fold", DType.F32, Shape.of(96), Shape.of(7), 0,
          List.of(new Input(new Source.State(0), DType.F32, 7 * 96, 0, new long[] {1}, new long[] {96})), body);
      Random random = new Random(1);
      Tensor x = Tensor.zeros(DType.F32, Shape.of(7 * 96));
      for (long i = 0; i < x.numel(); i++) {
        x.setFloat(i, (float) random.nextGaussian() * 30);
      }
      Program program = new Program(
          List.of(new Slot("x", DType.F32, x.shape(), Slot.UNCHANGED)), List.of(), List.of(), List.of(node));
      assertThat(Parity.firstDifference(Parity.Path.DEFAULT.executor(), new RandomPrograms.Sample(
          1, program, new StepInputs(List.of(x), List.of(), List.of())))).as("%s", c).isEmpty();
      assertThat(NodePlan.of(node, Tuning.DEFAULT).inVectors()).as("%s", c).isEqualTo(VectorWidth.BITS != 0);
    }
  }

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_anyBody_equalsReference(Parity.Path path) {
    for (List<Instruction> body : BODIES) {
      for (long columns : COLUMNS) {
        assertThat(Parity.firstDifference(path.executor(), sample(columns, body, true))).as("%s: %s", columns, body).isEmpty();
      }
    }
  }

  /// @param isSpecial whether some elements are −∞, −0 or far from 0
  private static RandomPrograms.Sample sample(long columns, List<Instruction> body, boolean isSpecial) {
    Random random = new Random(columns);
    long numel = ROWS * columns;
    Tensor x = Tensor.zeros(DType.F32, Shape.of(2 * numel));
    for (long i = 0; i < x.numel(); i++) {
      float v = (float) random.nextGaussian() * (i % 5 == 0 ? 8 : 1);
      x.setFloat(i, !isSpecial ? v : i % 19 == 0 ? Float.NEGATIVE_INFINITY : i % 23 == 0 ? -0f : i % 29 == 0 ? v * 40 : v);
    }
    Input first = new Input(new Source.State(0), DType.F32, 2 * numel, 0, new long[] {columns, 1}, new long[0]);
    Input second = new Input(new Source.State(0), DType.F32, 2 * numel, numel, new long[] {columns, 1}, new long[0]);
    Input uniform = new Input(new Source.State(0), DType.F32, 2 * numel, 1, new long[] {1, 0}, new long[0]);
    Node node = new Node(
        "Map", DType.F32, Shape.of(ROWS, columns), Shape.scalar(), 0, List.of(first, second, uniform), body);
    Program program = new Program(
        List.of(new Slot("x", DType.F32, x.shape(), Slot.UNCHANGED)), List.of(), List.of(), List.of(node));
    return new RandomPrograms.Sample(columns, program, new StepInputs(List.of(x), List.of(), List.of()));
  }

  private static List<Instruction> body(Instruction... rest) {
    List<Instruction> body =
        new ArrayList<>(List.of(op(Opcode.LOAD, 0), op(Opcode.LOAD, 1), op(Opcode.LOAD, 2)));
    body.addAll(List.of(rest));
    return body;
  }

  private static Instruction op(Opcode op, int... r) {
    return new Instruction(op, r[0], r.length > 1 ? r[1] : 0, r.length > 2 ? r[2] : 0, 0);
  }
}
