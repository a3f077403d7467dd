package dev.verdict.repops.ir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Softmax's exponential and a Gelu: how near they are, and that an executor which knows them gives what their
/// instructions give.
class CompositionTest {
  private static final int LENGTH = 1 << 16;
  /// Of the 1.1·10^9 inputs from −0 to LEAST, and twice as many of Exp, every so manyth, or with `-Dverdict.exhaustive=true` all.
  private static final int STRIDE = Boolean.getBoolean("verdict.exhaustive") ? 1 : 31;

  private static Program program(Composition c) {
    Input x = new Input(new Source.State(0), DType.F32, LENGTH, 0, new long[] {1}, new long[0]);
    Node node = new Node("Map", DType.F32, Shape.of(LENGTH), Shape.scalar(), 0, List.of(x), c.instructions());
    return new Program(
        List.of(new Slot("x", DType.F32, Shape.of(LENGTH), Slot.UNCHANGED)), List.of(), List.of(), List.of(node));
  }

  private static Tensor run(CompiledProgram program, Tensor x) {
    program.run(0, new StepInputs(List.of(x), List.of(), List.of()), NodeObserver.NONE);
    return program.output(0);
  }

  @Test
  void instructions_argumentsOfSoftmax_areWithinAnUlp() {
    CompiledProgram program = new CpuExecutor().compile(program(ExpMinus.COMPOSITION));
    Tensor x = Tensor.zeros(DType.F32, Shape.of(LENGTH));
    double worst = 0;
    long count = 0;
    int bits = Float.floatToRawIntBits(-0f);
    int end = Float.floatToRawIntBits(ExpMinus.LEAST);
    while (bits <= end) {
      for (int i = 0; i < LENGTH; i++) {
        x.setFloat(i, Float.intBitsToFloat(Math.min(bits, end)));
        bits += STRIDE;
      }
      Tensor y = run(program, x);
      for (int i = 0; i < LENGTH; i++) {
        double exact = Math.exp(x.getFloat(i));
        double ulp = Math.scalb(1.0, Math.getExponent(exact) - 23);
        worst = Math.max(worst, Math.abs(y.getFloat(i) - exact) / ulp);
        count++;
      }
    }
    assertThat(count).isGreaterThan((end - Float.floatToRawIntBits(-0f)) / STRIDE);
    assertThat(worst).isBetween(0.5, 0.89);
  }

  @Test
  void instructions_specialArguments_giveWhatIsStated() {
    float[] x = {0f, -0f, Float.NEGATIVE_INFINITY, Float.NaN, ExpMinus.LEAST, Math.nextDown(ExpMinus.LEAST), -1e30f};
    float[] expected = {1f, 1f, 0f, Float.NaN, 0x1.00004cp-126f, 0f, 0f};
    Tensor t = Tensor.zeros(DType.F32, Shape.of(LENGTH));
    for (int i = 0; i < x.length; i++) {
      t.setFloat(i, x[i]);
    }
    for (Executor executor : List.of(new ReferenceExecutor(), new CpuExecutor())) {
      Tensor y = run(executor.compile(program(ExpMinus.COMPOSITION)), t);
      for (int i = 0; i < x.length; i++) {
        assertThat((Float) y.getFloat(i)).as("%s", x[i]).isEqualTo((Float) expected[i]);
      }
    }
  }

  @Test
  void instructions_argumentsOfExp_areWithinAnUlp() {
    CompiledProgram program = new CpuExecutor().compile(program(FastExp.COMPOSITION));
    Tensor x = Tensor.zeros(DType.F32, Shape.of(LENGTH));
    double worst = 0;
    double worstSubnormal = 0;
    int end = Float.floatToRawIntBits(105f);
    for (int sign : new int[] {0, Integer.MIN_VALUE}) {
      for (int bits = 0; bits < end; ) {
        for (int i = 0; i < LENGTH; i++) {
          x.setFloat(i, Float.intBitsToFloat(Math.min(bits, end) | sign));
          bits += STRIDE;
        }
        Tensor y = run(program, x);
        for (int i = 0; i < LENGTH; i++) {
          double exact = Math.exp(x.getFloat(i));
          int exponent = Math.getExponent(exact);
          double error = Math.scalb(Math.abs(y.getFloat(i) - exact), 23 - Math.max(-126, exponent));
          if (exponent > 127) {
            assertThat(y.getFloat(i)).isEqualTo(Float.POSITIVE_INFINITY);
          } else if (exponent >= -126) {
            worst = Math.max(worst, error);
          } else {
            worstSubnormal = Math.max(worstSubnormal, error);
          }
        }
      }
    }
    assertThat(worst).isBetween(0.5, 0.89);
    assertThat(worstSubnormal).isBetween(0.5, 1.0);
  }

  @Test
  void instructions_specialArgumentsOfExp_giveWhatIsStated() {
    float infinity = Float.POSITIVE_INFINITY;
    float overflows = 88.722839f;
    float vanishes = -103.972084f;
    float[] x = {0f, -0f, infinity, -infinity, Float.NaN, 1e30f, -1e30f, overflows, vanishes, Math.nextUp(vanishes), -126f};
    float[] expected = {1f, 1f, infinity, 0f, Float.NaN, infinity, 0f, infinity, 0f, Float.MIN_VALUE, 0f};
    Tensor t = Tensor.zeros(DType.F32, Shape.of(LENGTH));
    for (int i = 0; i < x.length; i++) {
      t.setFloat(i, x[i]);
    }
    for (Executor executor : List.of(new ReferenceExecutor(), new CpuExecutor())) {
      Tensor y = run(executor.compile(program(FastExp.COMPOSITION)), t);
      for (int i = 0; i < x.length; i++) {
        assertThat((Float) y.getFloat(i)).as("%s", x[i]).isEqualTo((Float) expected[i]);
      }
    }
  }

  /// Every so manyth of the arguments from −16 to 16; below −14.4 the Gelu is −0, which is near enough.
  @Test
  void instructions_argumentsOfAGelu_areAsNearAsStated() {
    CompiledProgram program = new CpuExecutor().compile(program(NormalDistribution.GELU));
    Tensor x = Tensor.zeros(DType.F32, Shape.of(LENGTH));
    double worstUlpNear = 0;
    double worstUlpAbove = 0;
    double worstBelow = 0;
    double worstTail = 0;
    int end = Float.floatToRawIntBits(16f);
    for (int bits = 0; bits < end; ) {
      for (int i = 0; i < LENGTH; i++) {
        x.setFloat(i, Float.intBitsToFloat(Math.min(bits, end)) * (i % 2 == 0 ? 1 : -1));
        bits += 2_003;
      }
      Tensor y = run(program, x);
      for (int i = 0; i < LENGTH; i++) {
        double v = x.getFloat(i);
        double exact = v * Erf.erfc(-v / Math.sqrt(2)) / 2;
        double error = Math.abs(y.getFloat(i) - exact);
        double ulp = Math.scalb(1.0, Math.max(-126, Math.getExponent(exact)) - 23);
        worstUlpNear = Math.max(worstUlpNear, Math.abs(v) < 1 ? error / ulp : 0);
        worstUlpAbove = Math.max(worstUlpAbove, v >= 1 ? error / ulp : 0);
        worstBelow = Math.max(worstBelow, v <= -1 ? error : 0);
        worstTail = Math.max(worstTail, v < -4 ? error : 0);
      }
    }
    assertThat(worstUlpNear).isBetween(0.5, 4.0);
    assertThat(worstUlpAbove).isBetween(0.5, 1.7);
    assertThat(worstBelow).isBetween(1e-8, 6e-8);
    assertThat(worstTail).isBetween(1e-10, 2e-9);
  }

  @Test
  void instructions_specialArgumentsOfAGelu_giveWhatIsStated() {
    float infinity = Float.POSITIVE_INFINITY;
    float[] x = {0f, -0f, infinity, -infinity, Float.NaN, 1e30f, -1e30f, -14.4f, Float.MIN_VALUE, 2 * Float.MIN_VALUE};
    float[] cdf = {0.5f, 0.5f, 1f, 0f, Float.NaN, 1f, 0f, 0f, 0.5f, 0.5f};
    float[] gelu = {0f, -0f, infinity, Float.NaN, Float.NaN, 1e30f, -0f, -0f, 0f, Float.MIN_VALUE};
    Tensor t = Tensor.zeros(DType.F32, Shape.of(LENGTH));
    for (int i = 0; i < x.length; i++) {
      t.setFloat(i, x[i]);
    }
    for (Executor executor : List.of(new ReferenceExecutor(), new CpuExecutor())) {
      Tensor ofCdf = run(executor.compile(program(NormalDistribution.CDF)), t);
      Tensor ofGelu = run(executor.compile(program(NormalDistribution.GELU)), t);
      for (int i = 0; i < x.length; i++) {
        assertThat((Float) ofCdf.getFloat(i)).as("cdf %s", x[i]).isEqualTo((Float) cdf[i]);
        assertThat((Float) ofGelu.getFloat(i)).as("gelu %s", x[i]).isEqualTo((Float) gelu[i]);
      }
    }
  }

  /// Any bits: of the exponential above 0, where it isn't meant for, too.
  @ParameterizedTest
  @MethodSource("compositions")
  void run_anyArgument_isWhatTheInstructionsGive(Composition composition) {
    CompiledProgram reference = new ReferenceExecutor().compile(program(composition));
    CompiledProgram cpu = new CpuExecutor().compile(program(composition));
    Tensor x = Tensor.zeros(DType.F32, Shape.of(LENGTH));
    int bits = 0;
    for (int chunk = 0; chunk < 8; chunk++) {
      for (int i = 0; i < LENGTH; i++) {
        x.setRegister(i, Float.floatToIntBits(Float.intBitsToFloat(bits)) & 0xffffffffL);
        bits += 0x1fff7;
      }
      assertThat(run(cpu, x).sameBits(run(reference, x))).isTrue();
    }
  }

  static List<Composition> compositions() {
    return List.of(ExpMinus.COMPOSITION, FastExp.COMPOSITION, NormalDistribution.CDF, NormalDistribution.GELU);
  }

  @ParameterizedTest
  @MethodSource("compositions")
  void argument_instructions_isFound_butNotWhereOneIsAnother(Composition composition) {
    List<Instruction> body = composition.instructions();
    assertThat(composition.argument(body, body.size() - 1)).isZero();
    for (int i = 0; i < body.size() - 1; i++) {
      assertThat(composition.argument(body, i)).isEqualTo(-1);
    }
    for (int i = 1; i < body.size(); i++) {
      for (Instruction other : others(body.get(i))) {
        List<Instruction> changed = new ArrayList<>(body);
        changed.set(i, other);
        assertThat(composition.argument(changed, body.size() - 1)).as("%s: %s", i, other).isEqualTo(-1);
      }
    }
  }

  /// The instruction with another constant, or with an operand more or less to the front.
  private static List<Instruction> others(Instruction x) {
    List<Instruction> others = new ArrayList<>();
    int operands = x.registers().length;
    if (operands == 0) {
      others.add(new Instruction(x.op(), 0, 0, 0, x.imm() + 1));
    }
    for (int o = 0; o < operands; o++) {
      int[] r = x.registers();
      r[o] = r[o] == 0 ? 1 : r[o] - 1;
      others.add(new Instruction(
          x.op(), r[0], operands > 1 ? r[1] : 0, operands > 2 ? r[2] : 0, 0));
    }
    return others;
  }
}
