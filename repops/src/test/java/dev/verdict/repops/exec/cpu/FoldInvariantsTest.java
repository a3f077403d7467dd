package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Folds whose bodies have parts that don't depend on the fold: those are computed once, before it, whatever place they
/// have in the body.
class FoldInvariantsTest {
  private static final int LANES = 40;
  private static final List<Opcode> UNARY = List.of(Opcode.EXP, Opcode.ERF, Opcode.TANH, Opcode.SQRT, Opcode.NEG, Opcode.ABS);
  private static final List<Opcode> BINARY = List.of(Opcode.ADD, Opcode.SUB, Opcode.MUL, Opcode.MAX, Opcode.MIN);

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_invariantReadInsideTheFoldAndLaterOutside_equalsReference(Parity.Path path) {
    // acc' = acc · e + √e, e = exp x: the last to read e, in the body's order, is the first to be computed.
    assertEqualsReference(path, 0, List.of(op(Opcode.LOAD), op(Opcode.EXP, 0), op(Opcode.ACC), op(Opcode.MUL, 2, 1),
        op(Opcode.SQRT, 1), op(Opcode.ADD, 3, 4)));
  }

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_randomBodies_equalsReference(Parity.Path path) {
    for (int seed = 1; seed <= 150; seed++) {
      Random random = new Random(seed);
      // An input that moves with the fold, one that doesn't, and the accumulator.
      List<Instruction> body = new ArrayList<>(List.of(op(Opcode.LOAD, 0), op(Opcode.LOAD, 1), op(Opcode.ACC)));
      for (int i = random.nextInt(4, 14); i > 0; i--) {
        int size = body.size();
        body.add(random.nextBoolean()
            ? op(UNARY.get(random.nextInt(UNARY.size())), random.nextInt(size))
            : op(BINARY.get(random.nextInt(BINARY.size())), random.nextInt(size), random.nextInt(size)));
      }
      body.add(op(Opcode.ADD, body.size() - 1, random.nextInt(body.size())));
      assertEqualsReference(path, seed, body);
    }
  }

  private static void assertEqualsReference(Parity.Path path, int seed, List<Instruction> body) {
    Input still = new Input(new Source.State(0), DType.F32, LANES * 3, 0, new long[] {1}, new long[] {0});
    Input moving = new Input(new Source.State(0), DType.F32, LANES * 3, 0, new long[] {1}, new long[] {LANES});
    Node node = new Node("Fold", DType.F32, Shape.of(LANES), Shape.of(3), Float.floatToIntBits(0.5f),
        List.of(still, moving), body);
    Random random = new Random(seed);
    Tensor x = Tensor.zeros(DType.F32, Shape.of(LANES * 3));
    for (long i = 0; i < x.numel(); i++) {
      x.setFloat(i, (float) random.nextGaussian());
    }
    Program program = new Program(
        List.of(new Slot("x", DType.F32, x.shape(), Slot.UNCHANGED)), List.of(), List.of(), List.of(node));
    assertThat(Parity.firstDifference(path.executor(),
        new RandomPrograms.Sample(seed, program, new StepInputs(List.of(x), List.of(), List.of()))))
        .as("seed %s: %s", seed, body).isEmpty();
  }

  private static Instruction op(Opcode op, int... r) {
    return new Instruction(op, r.length > 0 ? r[0] : 0, r.length > 1 ? r[1] : 0, 0, 0);
  }
}
